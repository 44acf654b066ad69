package house.rosie.kiosk;

import android.Manifest;
import android.annotation.SuppressLint;
import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.content.pm.PackageManager;
import android.media.AudioManager;
import android.net.Uri;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;
import android.os.SystemClock;
import android.view.KeyEvent;
import android.view.View;
import android.view.WindowManager;
import android.webkit.ValueCallback;
import android.webkit.WebMessage;
import android.webkit.WebMessagePort;
import android.webkit.WebSettings;
import android.webkit.WebView;
import android.widget.TextView;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.json.JSONException;
import org.json.JSONObject;

/** Rosie's page, over the whole screen, looked after. */
public final class MainActivity extends Activity implements Kiosk.Screen, PageClient.Watcher {
    static final String RELOAD = "reload";
    private static final String SET_UP_ANEW = "set_up_anew";
    private static final long LOOK_EVERY_MS = 5000;
    private static final long TOUCHED_MS = 30_000;
    /** The page is of ES modules. */
    private static final int OLDEST_WEBVIEW = 61;
    /** The page's own word for how it is; as it was delivered, before its script ran, it says `connecting`. */
    private static final String SIGN = "location.pathname === '/' ? document.documentElement.getAttribute('data-face') : 'other'";

    private final Handler main = new Handler(Looper.getMainLooper());
    private Kiosk kiosk;
    private WebView view;
    private PageClient client;
    private PageWatch watch;
    private WebMessagePort port;
    private int brightness = 100;
    private long touchedMs = -TOUCHED_MS;

    private final Runnable look = new Runnable() {
        @Override
        public void run() {
            lookAfterPage();
            main.postDelayed(this, LOOK_EVERY_MS);
        }
    };
    private final Runnable dim = new Runnable() {
        @Override
        public void run() {
            shine();
        }
    };

    /** Shows what is set up now, whatever was shown before. */
    static void setUpAnew(Context context) {
        context.startActivity(new Intent(context, MainActivity.class).putExtra(SET_UP_ANEW, true)
            .addFlags(Intent.FLAG_ACTIVITY_NEW_TASK | Intent.FLAG_ACTIVITY_CLEAR_TOP));
    }

    @Override
    @SuppressWarnings("deprecation")
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        kiosk = Kiosk.of(this);
        if (kiosk.settings.address() == null) {
            startActivity(new Intent(this, SetupActivity.class));
            finish();
            return;
        }
        getWindow().addFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON | WindowManager.LayoutParams.FLAG_SHOW_WHEN_LOCKED
            | WindowManager.LayoutParams.FLAG_TURN_SCREEN_ON | WindowManager.LayoutParams.FLAG_DISMISS_KEYGUARD);
        setVolumeControlStream(AudioManager.STREAM_MUSIC);
        setContentView(R.layout.main);
        findViewById(R.id.settings).setOnClickListener(new View.OnClickListener() {
            @Override
            public void onClick(View button) {
                startActivity(new Intent(MainActivity.this, SetupActivity.class));
            }
        });
        if (!kiosk.mayRecord()) {
            requestPermissions(new String[] {Manifest.permission.RECORD_AUDIO}, 0);
        }
        if (getIntent().getBooleanExtra(SET_UP_ANEW, false)) {
            getIntent().removeExtra(SET_UP_ANEW);
            stopService(new Intent(this, KioskService.class));
            kiosk.end();
        }
        kiosk.show(this);
        view = findViewById(R.id.page);
        open(view.getSettings().getUserAgentString());
    }

    @SuppressLint("SetJavaScriptEnabled")
    void open(String userAgent) {
        Address address = kiosk.settings.address();
        client = new PageClient(address, kiosk.settings.pin(), this);
        WebSettings settings = view.getSettings();
        settings.setJavaScriptEnabled(true);
        settings.setDomStorageEnabled(true);
        settings.setMediaPlaybackRequiresUserGesture(false);
        settings.setAllowFileAccess(false);
        settings.setAllowContentAccess(false);
        view.setWebViewClient(client);
        view.setWebChromeClient(client.chrome(view));
        int version = webViewVersion(userAgent);
        if (version > 0 && version < OLDEST_WEBVIEW) {
            // No page can run here, and none is looked after. Rosie hears and speaks all the same.
            watch = null;
            main.removeCallbacks(look);
            say(R.string.old_webview);
            KioskService.start(this);
            return;
        }
        watch = new PageWatch(SystemClock.elapsedRealtime());
        load();
        main.postDelayed(look, LOOK_EVERY_MS);
    }

    private void load() {
        Settings set = kiosk.settings;
        Uri.Builder page = Uri.parse(set.address().origin() + "/").buildUpon().appendQueryParameter("endpoint", set.name());
        if (!set.room().isEmpty()) {
            page.appendQueryParameter("room", set.room());
        }
        if (set.isNative()) {
            page.appendQueryParameter("native", "1").appendQueryParameter("hands_free", set.handsFree() ? "1" : "0");
        }
        view.loadUrl(page.build().toString());
    }

    private void reload() {
        if (watch != null) {
            watch.excuse(SystemClock.elapsedRealtime());
            load();
        }
    }

    /** Of Chromium, from what a WebView calls itself; 0 where that cannot be told. */
    static int webViewVersion(String userAgent) {
        Matcher version = Pattern.compile("Chrome/(\\d+)").matcher(userAgent);
        return version.find() ? Integer.parseInt(version.group(1)) : 0;
    }

    private void lookAfterPage() {
        if (client.isHers(view)) {
            view.evaluateJavascript(SIGN, new ValueCallback<String>() {
                @Override
                public void onReceiveValue(String face) {
                    if (face != null && !face.equals("null") && !face.equals("\"connecting\"")) {
                        watch.alive(SystemClock.elapsedRealtime());
                    }
                }
            });
        }
        switch (watch.tick(SystemClock.elapsedRealtime())) {
            case RELOAD:
                load();
                break;
            case RESTART:
                KioskApp.beginAnew(this);
                break;
            default:
        }
    }

    @Override
    public void began() {
        closePort();
    }

    /** Offers the native session to the page through a port that only Rosie's origin is given. */
    @Override
    public void loaded() {
        say(0);
        closePort();
        if (!kiosk.settings.isNative()) {
            return;
        }
        WebMessagePort[] ends = view.createWebMessageChannel();
        port = ends[0];
        port.setWebMessageCallback(new WebMessagePort.WebMessageCallback() {
            @Override
            public void onMessage(WebMessagePort from, WebMessage message) {
                fromPage(message.getData());
            }
        });
        view.postWebMessage(new WebMessage("rosie-kiosk", new WebMessagePort[] {ends[1]}),
            Uri.parse(kiosk.settings.address().origin()));
    }

    private void fromPage(String text) {
        if (!kiosk.isRunning()) {
            // The first word of a page that knows of native sessions: from now on there is one, also before a page is there.
            kiosk.settings.keepAsked();
            KioskService.start(this);
            kiosk.begin();
        }
        kiosk.fromPage(text);
    }

    @Override
    public void unreachable(int reason) {
        watch.unreachable(SystemClock.elapsedRealtime());
        say(reason);
    }

    @Override
    public void viewDied() {
        recreate();
    }

    /** Lays a word over the page; 0 takes it away. */
    private void say(int text) {
        findViewById(R.id.trouble).setVisibility(text == 0 ? View.GONE : View.VISIBLE);
        if (text != 0) {
            ((TextView) findViewById(R.id.word)).setText(getString(text, kiosk.settings.address().origin()));
        }
    }

    @Override
    public void toPage(String message) {
        if (port != null) {
            port.postMessage(new WebMessage(message));
        }
    }

    @Override
    public void brightness(int percent) {
        brightness = percent;
        shine();
    }

    /** As bright as Rosie says, and fully while somebody is at the screen. */
    private void shine() {
        boolean touched = SystemClock.elapsedRealtime() - touchedMs < TOUCHED_MS;
        WindowManager.LayoutParams window = getWindow().getAttributes();
        window.screenBrightness = brightness == 100 ? WindowManager.LayoutParams.BRIGHTNESS_OVERRIDE_NONE
            : touched ? 1 : Math.max(0.01f, brightness / 100f);
        getWindow().setAttributes(window);
    }

    @Override
    public void onUserInteraction() {
        touchedMs = SystemClock.elapsedRealtime();
        main.removeCallbacks(dim);
        main.postDelayed(dim, TOUCHED_MS);
        shine();
    }

    @Override
    public boolean dispatchKeyEvent(KeyEvent event) {
        if (event.getKeyCode() == KeyEvent.KEYCODE_MUTE) {
            if (event.getAction() == KeyEvent.ACTION_DOWN && event.getRepeatCount() == 0) {
                kiosk.muteKey();
            }
            return true;
        }
        return super.dispatchKeyEvent(event);
    }

    /** A home app has nothing behind it: back leads from Rosie's other pages to her first one. */
    @Override
    @SuppressWarnings("deprecation")
    public void onBackPressed() {
        if (view.canGoBack()) {
            view.goBack();
        }
    }

    @Override
    public void onRequestPermissionsResult(int request, String[] names, int[] results) {
        if (results.length > 0 && results[0] == PackageManager.PERMISSION_GRANTED) {
            kiosk.lookAtMicrophone();
            reload();
        }
    }

    @Override
    protected void onNewIntent(Intent intent) {
        super.onNewIntent(intent);
        if (intent.getBooleanExtra(SET_UP_ANEW, false)) {
            setIntent(intent);
            recreate();
        } else if (intent.getBooleanExtra(RELOAD, false)) {
            reload();
        }
    }

    @Override
    @SuppressWarnings("deprecation")
    public void onWindowFocusChanged(boolean focused) {
        super.onWindowFocusChanged(focused);
        if (focused) {
            getWindow().getDecorView().setSystemUiVisibility(View.SYSTEM_UI_FLAG_IMMERSIVE_STICKY | View.SYSTEM_UI_FLAG_FULLSCREEN
                | View.SYSTEM_UI_FLAG_HIDE_NAVIGATION | View.SYSTEM_UI_FLAG_LAYOUT_STABLE
                | View.SYSTEM_UI_FLAG_LAYOUT_FULLSCREEN | View.SYSTEM_UI_FLAG_LAYOUT_HIDE_NAVIGATION);
        }
    }

    /** A page on a dark screen does not run, and need not. */
    @Override
    protected void onStart() {
        super.onStart();
        if (watch != null) {
            watch.excuse(SystemClock.elapsedRealtime());
            main.removeCallbacks(look);
            main.postDelayed(look, LOOK_EVERY_MS);
        }
    }

    @Override
    protected void onResume() {
        super.onResume();
        kiosk.lookAtMicrophone();
    }

    @Override
    protected void onStop() {
        main.removeCallbacks(look);
        super.onStop();
    }

    @Override
    protected void onDestroy() {
        main.removeCallbacksAndMessages(null);
        kiosk.hide(this);
        closePort();
        if (view != null) {
            view.destroy();
        }
        super.onDestroy();
    }

    private void closePort() {
        if (port != null) {
            port.close();
            port = null;
        }
    }
}
