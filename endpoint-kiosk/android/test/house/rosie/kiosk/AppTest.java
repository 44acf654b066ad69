package house.rosie.kiosk;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.Manifest;
import android.app.AlarmManager;
import android.app.Application;
import android.app.Service;
import android.app.admin.DevicePolicyManager;
import android.content.BroadcastReceiver;
import android.content.ComponentName;
import android.content.Context;
import android.content.Intent;
import android.content.pm.PackageManager;
import android.os.Looper;
import android.os.Process;
import android.view.KeyEvent;
import android.view.View;
import android.view.WindowManager;
import android.webkit.WebMessage;
import android.webkit.WebView;
import android.widget.EditText;
import android.widget.TextView;
import java.time.Duration;
import org.json.JSONObject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.android.controller.ServiceController;
import org.robolectric.annotation.Config;
import org.robolectric.fakes.RoboWebMessagePort;
import org.robolectric.shadows.ShadowProcess;
import org.robolectric.shadows.ShadowToast;
import org.robolectric.shadows.ShadowWebView;

/** The app on the oldest Android it is for and on that of LineageOS 18.1. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = {23, 30})
public class AppTest {
    private Application app;
    private Kiosk kiosk;
    private FakeRosie rosie;
    private ActivityController<MainActivity> main;

    @Before
    public void start() throws Exception {
        app = RuntimeEnvironment.getApplication();
        kiosk = Kiosk.of(app);
        rosie = FakeRosie.start(null);
        shadowOf(app).grantPermissions(Manifest.permission.RECORD_AUDIO);
    }

    @After
    public void stop() {
        kiosk.end();
        rosie.close();
        if (main != null) {
            main.close();
        }
    }

    private MainActivity shown() {
        kiosk.settings.set(rosie.address().origin(), "kitchen", "kitchen-show", null, null, null);
        main = Robolectric.buildActivity(MainActivity.class).setup();
        return main.get();
    }

    private static ShadowWebView page(MainActivity activity) {
        return shadowOf((WebView) activity.findViewById(R.id.page));
    }

    private static void load(MainActivity activity) {
        WebView view = activity.findViewById(R.id.page);
        page(activity).getWebViewClient().onPageStarted(view, view.getUrl(), null);
        page(activity).getWebViewClient().onPageFinished(view, view.getUrl());
    }

    /** The page's end of the port that the app gave it. */
    private static RoboWebMessagePort port(MainActivity activity) {
        return page(activity).getCreatedPorts().get(page(activity).getCreatedPorts().size() - 1)[1];
    }

    private static void say(MainActivity activity, String message) {
        port(activity).postMessage(new WebMessage(message.replace('\'', '"')));
        shadowOf(Looper.getMainLooper()).idle();
    }

    private static JSONObject pageHears(MainActivity activity, String type) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(FakeRosie.WITHIN_S).toNanos();
        while (System.nanoTime() < until) {
            shadowOf(Looper.getMainLooper()).idle();
            for (String message : port(activity).getReceivedMessages()) {
                JSONObject told = new JSONObject(message);
                if (told.getString("type").equals(type)) {
                    return told;
                }
            }
            Thread.sleep(10);
        }
        throw new AssertionError("the page was not told " + type);
    }

    @Test
    public void theFirstStartAsksWhereRosieIs() {
        main = Robolectric.buildActivity(MainActivity.class).setup();
        MainActivity activity = main.get();
        assertTrue(activity.isFinishing());
        assertEquals(SetupActivity.class.getName(), shadowOf(activity).getNextStartedActivity().getComponent().getClassName());
    }

    @Test
    public void thePersonTypesTheAddressAndIsToldWhenItIsNone() {
        ActivityController<SetupActivity> first = Robolectric.buildActivity(SetupActivity.class).setup();
        SetupActivity setup = first.get();
        EditText address = setup.findViewById(R.id.address);
        address.setText("no address");
        setup.findViewById(R.id.connect).performClick();
        assertEquals(setup.getString(R.string.bad_address), ((TextView) setup.findViewById(R.id.note)).getText().toString());
        assertNull(kiosk.settings.address());
        address.setText("rosie.local");
        ((EditText) setup.findViewById(R.id.room)).setText("kitchen");
        setup.findViewById(R.id.connect).performClick();
        assertEquals("http://rosie.local:8000", kiosk.settings.address().origin());
        assertEquals("kitchen", kiosk.settings.room());
        assertEquals(MainActivity.class.getName(), shadowOf(setup).getNextStartedActivity().getComponent().getClassName());
        first.close();
    }

    @Test
    @Config(qualifiers = "de", sdk = 30)
    public void itSpeaksGerman() {
        assertEquals("Verbinden", app.getString(R.string.connect));
    }

    @Test
    public void adbSetsItUpAndNothingIsChangedByAMistake() {
        provision("address", "https://rosie.local:8443", "room", "kitchen", "name", "kitchen-show", "audio", "page");
        assertEquals("https://rosie.local:8443", kiosk.settings.address().origin());
        assertEquals("kitchen-show", kiosk.settings.name());
        assertFalse(kiosk.settings.isNative());
        String[][] mistakes = {{"address", "ftp://x"}, {"name", "with space"}, {"ca", "nonsense"}, {"audio", "both"}};
        for (String[] mistake : mistakes) {
            ShadowToast.reset();
            provision("room", "office", mistake[0], mistake[1]);
            assertNotEquals(mistake[0], null, ShadowToast.getTextOfLatestToast());
            assertEquals(mistake[0], "kitchen", kiosk.settings.room());
        }
    }

    private void provision(String... extras) {
        Intent intent = new Intent(app, ProvisionActivity.class);
        for (int i = 0; i < extras.length; i += 2) {
            intent.putExtra(extras[i], extras[i + 1]);
        }
        Robolectric.buildActivity(ProvisionActivity.class, intent).create();
    }

    @Test
    public void onlyTheShellMaySetItUpOrCommandIt() throws Exception {
        PackageManager packages = app.getPackageManager();
        assertEquals(Manifest.permission.DUMP, packages.getActivityInfo(new ComponentName(app, ProvisionActivity.class), 0).permission);
        assertEquals(Manifest.permission.DUMP, packages.getReceiverInfo(new ComponentName(app, CommandReceiver.class), 0).permission);
        assertFalse(packages.getActivityInfo(new ComponentName(app, SetupActivity.class), 0).exported);
        assertFalse(packages.getServiceInfo(new ComponentName(app, KioskService.class), 0).exported);
    }

    @Test
    public void thePageIsOpenedAsThisEndpointAndTheScreenStaysOn() {
        MainActivity activity = shown();
        assertEquals(rosie.address().origin() + "/?endpoint=kitchen-show&room=kitchen&native=1&hands_free=1", page(activity).getLastLoadedUrl());
        assertNotEquals(0, activity.getWindow().getAttributes().flags & WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON);
        kiosk.settings.set(null, null, null, null, "page", null);
        main.close();
        main = Robolectric.buildActivity(MainActivity.class).setup();
        MainActivity byItself = main.get();
        assertEquals(rosie.address().origin() + "/?endpoint=kitchen-show&room=kitchen", page(byItself).getLastLoadedUrl());
        load(byItself);
        assertTrue("no port for a page that has the microphone", page(byItself).getCreatedPorts().isEmpty());
    }

    @Test
    public void aPageThatAsksGetsTheNativeSessionAndTheMuteKeyReachesRosie() throws Exception {
        MainActivity activity = shown();
        load(activity);
        assertFalse("an older page never asks", kiosk.isRunning());
        say(activity, "{'type':'hello','version':1,'endpoint':'kitchen-show'}");
        assertEquals("kitchen", rosie.welcomes("t1", false).getString("room"));
        assertEquals("kitchen", pageHears(activity, "welcome").getString("room"));
        assertEquals(KioskService.class.getName(), shadowOf(app).getNextStartedService().getComponent().getClassName());
        activity.dispatchKeyEvent(new KeyEvent(KeyEvent.ACTION_DOWN, KeyEvent.KEYCODE_MUTE));
        activity.dispatchKeyEvent(new KeyEvent(KeyEvent.ACTION_UP, KeyEvent.KEYCODE_MUTE));
        JSONObject muted = rosie.hears("mute");
        assertTrue(muted.getBoolean("on"));
        assertTrue("kept over a restart", kiosk.settings.muted());
        rosie.says("{'type':'brightness','percent':20}");
        long until = System.nanoTime() + Duration.ofSeconds(FakeRosie.WITHIN_S).toNanos();
        while (activity.getWindow().getAttributes().screenBrightness != 0.2f && System.nanoTime() < until) {
            Thread.sleep(10);
            shadowOf(Looper.getMainLooper()).idle();
        }
        assertEquals(0.2f, activity.getWindow().getAttributes().screenBrightness, 0);
        activity.onUserInteraction();
        assertEquals("somebody is there", 1f, activity.getWindow().getAttributes().screenBrightness, 0);
        shadowOf(Looper.getMainLooper()).idleFor(Duration.ofSeconds(31));
        assertEquals(0.2f, activity.getWindow().getAttributes().screenBrightness, 0);
    }

    @Test
    public void anAbsentRosieIsSaidAndTriedAgain() {
        MainActivity activity = shown();
        View trouble = activity.findViewById(R.id.trouble);
        assertEquals(View.GONE, trouble.getVisibility());
        activity.unreachable(R.string.unreachable);
        assertEquals(View.VISIBLE, trouble.getVisibility());
        assertTrue(((TextView) activity.findViewById(R.id.word)).getText().toString().contains(rosie.address().origin()));
        page(activity).pushEntryToHistory("about:blank");
        shadowOf(Looper.getMainLooper()).idleFor(Duration.ofMillis(PageWatch.AGAIN_MS + 5001));
        assertTrue(page(activity).getLastLoadedUrl().startsWith(rosie.address().origin()));
        load(activity);
        assertEquals(View.GONE, trouble.getVisibility());
    }

    @Test
    @SuppressWarnings("deprecation")
    public void aPageWithoutASignOfLifeEndsInANewBeginning() {
        shown();
        ShadowProcess.reset();
        // Never alive: the reloads, and the restart, each after its patience.
        shadowOf(Looper.getMainLooper()).idleFor(Duration.ofMillis((PageWatch.RELOADS + 1) * (PageWatch.PATIENCE_MS + 5000)));
        assertTrue(ShadowProcess.wasKilled(Process.myPid()));
        AlarmManager alarms = (AlarmManager) app.getSystemService(Context.ALARM_SERVICE);
        assertEquals(MainActivity.class.getName(),
            shadowOf(shadowOf(alarms).peekNextScheduledAlarm().operation).getSavedIntent().getComponent().getClassName());
    }

    @Test
    public void aWebViewThatIsTooOldLeavesTheVoice() {
        MainActivity activity = shown();
        ShadowProcess.reset();
        activity.open("Mozilla/5.0 (Linux; Android 6.0) Version/4.0 Chrome/52.0.2743.100 Safari/537.36");
        assertEquals(View.VISIBLE, activity.findViewById(R.id.trouble).getVisibility());
        assertEquals(KioskService.class.getName(), shadowOf(app).getNextStartedService().getComponent().getClassName());
        page(activity).pushEntryToHistory("about:blank");
        shadowOf(Looper.getMainLooper()).idleFor(Duration.ofMinutes(10));
        assertFalse("no page, no watch over it", ShadowProcess.wasKilled(Process.myPid()));
    }

    @Test
    public void aLivingPageIsLeftAlone() {
        MainActivity activity = shown();
        ShadowProcess.reset();
        for (int i = 0; i < 100; i++) {
            shadowOf(Looper.getMainLooper()).idleFor(Duration.ofSeconds(5));
            page(activity).getLastEvaluatedJavascriptCallback().onReceiveValue("\"idle\"");
        }
        assertFalse(ShadowProcess.wasKilled(Process.myPid()));
    }

    @Test
    public void aStartOfTheDeviceStartsIt() {
        new BootReceiver().onReceive(app, new Intent(Intent.ACTION_BOOT_COMPLETED));
        assertNull("not set up", shadowOf(app).getNextStartedActivity());
        kiosk.settings.set(rosie.address().origin(), null, null, null, null, null);
        new BootReceiver().onReceive(app, new Intent(Intent.ACTION_BOOT_COMPLETED));
        assertEquals(MainActivity.class.getName(), shadowOf(app).getNextStartedActivity().getComponent().getClassName());
        assertNull("no page has asked yet", shadowOf(app).getNextStartedService());
        kiosk.settings.keepAsked();
        new BootReceiver().onReceive(app, new Intent(Intent.ACTION_BOOT_COMPLETED));
        assertEquals(KioskService.class.getName(), shadowOf(app).getNextStartedService().getComponent().getClassName());
    }

    @Test
    public void theServiceStandsInTheForegroundAndEndsTheSessionWithItself() throws Exception {
        kiosk.settings.set(rosie.address().origin(), null, null, null, null, null);
        ServiceController<KioskService> service = Robolectric.buildService(KioskService.class).create();
        assertEquals(Service.START_STICKY, service.get().onStartCommand(new Intent(), 0, 1));
        assertEquals(app.getString(R.string.listens), shadowOf(shadowOf(service.get()).getLastForegroundNotification()).getContentText());
        rosie.welcomes("t1", false);
        service.destroy();
        rosie.hears("bye");
        assertFalse(kiosk.isRunning());
    }

    @Test
    public void commandsAnswerWhatTheyDid() {
        shown();
        assertEquals("reloading", commanded("reload"));
        assertTrue(shadowOf(app).getNextStartedActivity().getBooleanExtra(MainActivity.RELOAD, false));
        assertTrue(commanded("screen_off").contains("dpm set-active-admin"));
        DevicePolicyManager policy = (DevicePolicyManager) app.getSystemService(Context.DEVICE_POLICY_SERVICE);
        shadowOf(policy).setActiveAdmin(new ComponentName(app, AdminReceiver.class));
        assertEquals("the screen is off", commanded("screen_off"));
        assertEquals("the screen is on", commanded("screen_on"));
        assertTrue(commanded("fly").startsWith("unknown"));
    }

    @Test
    public void itTellsHowItIsSetUpAndLetsGoOfTheDevice() throws Exception {
        assertTrue(new JSONObject(commanded("settings")).isNull("address"));
        shown();
        JSONObject told = new JSONObject(commanded("settings"));
        assertEquals(rosie.address().origin(), told.getString("address"));
        assertEquals("kitchen", told.getString("room"));
        assertEquals("kitchen-show", told.getString("name"));
        assertEquals("", told.getString("ca"));
        assertEquals("native", told.getString("audio"));
        assertEquals("", told.getString("key_sha256"));
        kiosk.settings.set(null, null, null, null, null, "akey");
        String answer = commanded("settings");
        assertEquals("4dd6aaec57aefa5e53ab08c8c9f03e410d63c63955ce0731675ddabb9cb69db5", new JSONObject(answer).getString("key_sha256"));
        assertFalse("who has it is Rosie for the house", answer.contains("akey"));

        DevicePolicyManager policy = (DevicePolicyManager) app.getSystemService(Context.DEVICE_POLICY_SERVICE);
        ComponentName admin = new ComponentName(app, AdminReceiver.class);
        shadowOf(policy).setActiveAdmin(admin);
        assertEquals("released", commanded("release"));
        assertFalse(policy.isAdminActive(admin));
        assertEquals("again, it is no matter", "released", commanded("release"));
    }

    private String commanded(String command) {
        String[] answer = new String[1];
        BroadcastReceiver result = new BroadcastReceiver() {
            @Override
            public void onReceive(Context context, Intent intent) {
                answer[0] = getResultData();
            }
        };
        app.sendOrderedBroadcast(new Intent(app, CommandReceiver.class).putExtra(CommandReceiver.DO, command), null, result, null, 0, null, null);
        shadowOf(Looper.getMainLooper()).idle();
        return answer[0];
    }
}
