package house.rosie.kiosk;

import android.app.admin.DeviceAdminReceiver;

/** Lets the app switch the screen off, where the owner made it a device administrator; it asks for nothing else. */
public final class AdminReceiver extends DeviceAdminReceiver {
}
