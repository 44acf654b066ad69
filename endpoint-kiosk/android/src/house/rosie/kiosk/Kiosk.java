package house.rosie.kiosk;

import android.Manifest;
import android.content.Context;
import android.content.pm.PackageManager;
import android.media.AudioManager;
import android.os.Handler;
import android.os.Looper;
import android.os.PowerManager;
import android.util.Log;
import java.security.GeneralSecurityException;
import org.json.JSONObject;

/** The one session of this device and what it is made of. Lives as long as the process; used from the main thread. */
final class Kiosk implements Endpoint.Face {
    private static final String TAG = "RosieKiosk";
    private static final long AWAKE_MS = 10_000;

    /** The activity, while there is one. Called on the main thread. */
    interface Screen {
        void toPage(String message);

        void brightness(int percent);
    }

    final Settings settings;
    private final Context context;
    private final Handler main = new Handler(Looper.getMainLooper());
    private final PowerManager.WakeLock screenOn;
    private Screen screen;
    private Session session;
    private boolean withMicrophone;
    private int brightness = 100;

    @SuppressWarnings("deprecation")
    Kiosk(Context context) {
        this.context = context;
        settings = new Settings(context);
        PowerManager power = (PowerManager) context.getSystemService(Context.POWER_SERVICE);
        // Deprecated in favour of a window's flag, which does nothing while the activity lies behind a dark screen.
        screenOn = power.newWakeLock(PowerManager.SCREEN_BRIGHT_WAKE_LOCK | PowerManager.ACQUIRE_CAUSES_WAKEUP, "rosie:awake");
        screenOn.setReferenceCounted(false);
    }

    static Kiosk of(Context context) {
        return ((KioskApp) context.getApplicationContext()).kiosk;
    }

    void show(Screen on) {
        screen = on;
        on.brightness(brightness);
    }

    void hide(Screen on) {
        if (screen == on) {
            screen = null;
        }
    }

    boolean isRunning() {
        return session != null;
    }

    /** Begins the native session unless it runs. */
    void begin() {
        Address address = settings.address();
        if (session != null || address == null || !settings.isNative()) {
            return;
        }
        Endpoint.Setup setup = new Endpoint.Setup();
        setup.name = settings.name();
        setup.room = settings.room();
        setup.key = settings.key();
        setup.muted = settings.muted();
        setup.handsFree = settings.handsFree();
        withMicrophone = mayRecord();
        setup.microphone = withMicrophone;
        final Session[] made = new Session[1];
        Microphone ears = new Microphone(settings, new Microphone.Listener() {
            @Override
            public void frame(short[] frame) {
                made[0].heard(frame);
            }
        });
        AudioManager audio = (AudioManager) context.getSystemService(Context.AUDIO_SERVICE);
        Speaker mouth = new Speaker(audio, new Speaker.Listener() {
            @Override
            public void played(long turn) {
                made[0].played(turn);
            }
        });
        try {
            Pin pin = address.secure ? settings.pin() : null;
            session = new Session(new Loop(), address, pin == null ? null : pin.sockets(), setup, ears, mouth, this);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        made[0] = session;
        Log.i(TAG, "session as " + setup.name + " with " + address.origin() + (setup.microphone ? "" : ", without microphone"));
        session.start();
    }

    void end() {
        if (session != null) {
            session.stop();
            session = null;
        }
    }

    /** The microphone may have been allowed or forbidden since. */
    void lookAtMicrophone() {
        if (session != null && mayRecord() != withMicrophone) {
            end();
            begin();
        }
    }

    boolean mayRecord() {
        return context.checkSelfPermission(Manifest.permission.RECORD_AUDIO) == PackageManager.PERMISSION_GRANTED;
    }

    void fromPage(String message) {
        if (session != null) {
            session.fromPage(message);
        }
    }

    /** Where the page has the microphone, it is the system that is told to hear nothing. */
    void muteKey() {
        if (session != null) {
            session.toggleMute();
        } else {
            AudioManager audio = (AudioManager) context.getSystemService(Context.AUDIO_SERVICE);
            audio.setMicrophoneMute(!audio.isMicrophoneMute());
        }
    }

    @Override
    public void message(JSONObject message) {
        toPage(message.toString());
    }

    @Override
    public void lineGone() {
        toPage(Line.object("line_gone").toString());
    }

    @Override
    public void error(String code, String detail) {
        Log.w(TAG, "Rosie says " + code + ": " + detail);
    }

    @Override
    public void wake() {
        screenOn.acquire(AWAKE_MS);
    }

    @Override
    public void brightness(final int percent) {
        main.post(new Runnable() {
            @Override
            public void run() {
                brightness = percent;
                if (screen != null) {
                    screen.brightness(percent);
                }
            }
        });
    }

    @Override
    public void keep(boolean muted, boolean handsFree) {
        settings.keep(muted, handsFree);
    }

    private void toPage(final String message) {
        main.post(new Runnable() {
            @Override
            public void run() {
                if (screen != null) {
                    screen.toPage(message);
                }
            }
        });
    }
}
