package house.rosie.kiosk;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;

/** After a start of the device, and after an update of the app. */
public final class BootReceiver extends BroadcastReceiver {
    @Override
    public void onReceive(Context context, Intent intent) {
        String action = intent.getAction();
        Settings settings = Kiosk.of(context).settings;
        if (settings.address() == null
            || !Intent.ACTION_BOOT_COMPLETED.equals(action) && !Intent.ACTION_MY_PACKAGE_REPLACED.equals(action)) {
            return;
        }
        if (settings.isNative() && settings.asked()) {
            KioskService.start(context);
        }
        // From Android 10 on the system lets only a home app (or one that may draw over others) do this.
        context.startActivity(new Intent(context, MainActivity.class).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK));
    }
}
