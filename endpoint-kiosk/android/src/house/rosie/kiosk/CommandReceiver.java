package house.rosie.kiosk;

import android.app.admin.DevicePolicyManager;
import android.content.BroadcastReceiver;
import android.content.ComponentName;
import android.content.Context;
import android.content.Intent;

/**
 * What adb can ask for: `am broadcast -n house.rosie.kiosk/.CommandReceiver --es do reload`. Who sends it must hold
 * android.permission.DUMP, which the shell has and no other app can get. Brightness and volume come from Rosie herself.
 */
public final class CommandReceiver extends BroadcastReceiver {
    static final String DO = "do";

    @Override
    public void onReceive(Context context, Intent intent) {
        String done = obey(context, String.valueOf(intent.getStringExtra(DO)));
        // `am broadcast` prints it.
        if (isOrderedBroadcast()) {
            setResultData(done);
        }
    }

    /**
     * Lets go of the device: only the owner itself can, and an app that is an administrator cannot be removed. Deprecated because
     * a real company would have the device wiped.
     */
    @SuppressWarnings("deprecation")
    private static String release(Context context) {
        DevicePolicyManager policy = (DevicePolicyManager) context.getSystemService(Context.DEVICE_POLICY_SERVICE);
        if (policy.isDeviceOwnerApp(context.getPackageName())) {
            policy.clearDeviceOwnerApp(context.getPackageName());
        }
        policy.removeActiveAdmin(new ComponentName(context, AdminReceiver.class));
        return "released";
    }

    private static String obey(Context context, String command) {
        Kiosk kiosk = Kiosk.of(context);
        switch (command) {
            case "reload":
                context.startActivity(new Intent(context, MainActivity.class).putExtra(MainActivity.RELOAD, true)
                    .addFlags(Intent.FLAG_ACTIVITY_NEW_TASK | Intent.FLAG_ACTIVITY_SINGLE_TOP));
                return "reloading";
            case "restart":
                KioskApp.beginAnew(context);
                return "restarting";
            case "screen_on":
                kiosk.wake();
                return "the screen is on";
            case "screen_off":
                DevicePolicyManager policy = (DevicePolicyManager) context.getSystemService(Context.DEVICE_POLICY_SERVICE);
                if (!policy.isAdminActive(new ComponentName(context, AdminReceiver.class))) {
                    return "not allowed: first adb shell dpm set-active-admin house.rosie.kiosk/.AdminReceiver";
                }
                policy.lockNow();
                return "the screen is off";
            case "mute":
                kiosk.muteKey();
                return "muted or unmuted";
            case "settings":
                return kiosk.settings.told();
            case "release":
                return release(context);
            default:
                return "unknown: reload, restart, screen_on, screen_off, mute, settings or release";
        }
    }
}
