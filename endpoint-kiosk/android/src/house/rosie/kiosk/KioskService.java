package house.rosie.kiosk;

import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.app.PendingIntent;
import android.app.Service;
import android.content.Context;
import android.content.Intent;
import android.os.Build;
import android.os.IBinder;

/** Keeps the native session in the foreground, so that the system leaves it its microphone and its line. */
public final class KioskService extends Service {
    private static final int NOTIFICATION = 1;
    private static final String CHANNEL = "session";

    static void start(Context context) {
        Intent intent = new Intent(context, KioskService.class);
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) {
            context.startForegroundService(intent);
        } else {
            context.startService(intent);
        }
    }

    @Override
    public int onStartCommand(Intent intent, int flags, int id) {
        startForeground(NOTIFICATION, notification());
        Kiosk.of(this).begin();
        if (!Kiosk.of(this).isRunning()) {
            // Not set up, or the page has the microphone.
            stopSelf();
            return START_NOT_STICKY;
        }
        return START_STICKY;
    }

    @Override
    public void onDestroy() {
        Kiosk.of(this).end();
        super.onDestroy();
    }

    @Override
    public IBinder onBind(Intent intent) {
        return null;
    }

    @SuppressWarnings("deprecation")
    private Notification notification() {
        Notification.Builder builder;
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) {
            NotificationManager manager = (NotificationManager) getSystemService(NOTIFICATION_SERVICE);
            manager.createNotificationChannel(
                new NotificationChannel(CHANNEL, getString(R.string.app_name), NotificationManager.IMPORTANCE_LOW));
            builder = new Notification.Builder(this, CHANNEL);
        } else {
            builder = new Notification.Builder(this);
        }
        PendingIntent open = PendingIntent.getActivity(this, 0, new Intent(this, MainActivity.class), PendingIntent.FLAG_IMMUTABLE);
        return builder.setSmallIcon(R.drawable.icon).setContentTitle(getString(R.string.app_name))
            .setContentText(getString(R.string.listens)).setContentIntent(open).setOngoing(true).build();
    }
}
