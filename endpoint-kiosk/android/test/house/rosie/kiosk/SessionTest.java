package house.rosie.kiosk;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.json.JSONObject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** The session on a real WebSocket, with an appliance that says what the test wants. */
public class SessionTest {
    private FakeRosie rosie;
    private Device device;

    @Before
    public void start() throws Exception {
        rosie = FakeRosie.start(null);
    }

    @After
    public void stop() throws Exception {
        if (device != null) {
            device.session.stop();
        }
        rosie.close();
    }

    private void connected(boolean handsFree) throws Exception {
        device = new Device(rosie.address(), null, handsFree);
        rosie.welcomes("t1", false);
        device.does("volume 60");
        if (handsFree) {
            device.does("ears open");
        }
        device.does("brightness 40");
    }

    @Test
    public void saysWhoItIsAsTheProtocolWantsIt() throws Exception {
        device = new Device(rosie.address(), null, true);
        JSONObject hello = rosie.welcomes("t1", false);
        assertEquals(1, hello.getInt("version"));
        assertEquals("kitchen-show", hello.getString("endpoint"));
        assertEquals("[\"speaker\",\"screen\",\"microphone\"]", hello.getJSONArray("capabilities").toString());
        assertEquals("{\"codec\":\"pcm_s16le\",\"rate\":16000,\"channels\":1}", hello.getJSONObject("input").toString());
        assertFalse(hello.has("resume") || hello.has("room") || hello.has("language"));
        assertEquals("/api/v1/stream", rosie.resource);
        assertTrue("a native endpoint sends no origin", rosie.origin == null || rosie.origin.isEmpty());
    }

    @Test
    public void streamsWhatItHearsWhileItIsHandsFreeAndNothingWhenMuted() throws Exception {
        connected(true);
        device.session.heard(new short[] {1, 2, 3});
        assertArrayEquals(Framing.encode(new short[] {1, 2, 3}), rosie.audio.poll(FakeRosie.WITHIN_S, TimeUnit.SECONDS));
        device.session.toggleMute();
        device.does("keep muted hands-free");
        device.does("ears close");
        assertTrue(rosie.hears("mute").getBoolean("on"));
        device.session.heard(new short[] {4});
        device.session.toggleMute();
        assertFalse(rosie.hears("mute").getBoolean("on"));
        device.session.heard(new short[] {5});
        assertArrayEquals(Framing.encode(new short[] {5}), rosie.audio.poll(FakeRosie.WITHIN_S, TimeUnit.SECONDS));
    }

    @Test
    public void playsAReplyAndSaysWhenItHasSounded() throws Exception {
        connected(true);
        rosie.says("{'type':'turn_started','turn':7,'trigger':'speech'}");
        device.does("wake");
        rosie.says("{'type':'state','turn':7,'state':'speaking'}");
        device.does("brightness 100");
        rosie.says("{'type':'audio_start','turn':7,'format':{'codec':'pcm_s16le','rate':22050,'channels':1}}");
        rosie.plays(6, (short) 9);
        rosie.plays(7, (short) 1, (short) 2);
        rosie.says("{'type':'audio_end','turn':7}");
        device.does("mouth starts 7 at 22050");
        device.does("mouth ends");
        assertEquals(7, rosie.hears("playback_finished").getInt("turn"));
        assertEquals("of another turn is thrown away", Arrays.asList((short) 1, (short) 2), device.sounded);
        rosie.says("{'type':'state','turn':7,'state':'idle'}");
        device.does("brightness 40");
    }

    @Test
    public void isSilentAtOnceWhenToldSo() throws Exception {
        connected(true);
        rosie.says("{'type':'audio_start','turn':7,'format':{'codec':'pcm_s16le','rate':24000,'channels':1}}");
        device.does("mouth starts 7 at 24000");
        device.session.heard(new short[] {9});
        rosie.says("{'type':'stop_playback','turn':6}");
        rosie.says("{'type':'stop_playback','turn':7}");
        device.does("mouth stops");
        rosie.plays(7, (short) 1);
        rosie.says("{'type':'volume','percent':30}");
        device.does("volume 30");
        assertTrue("what was on its way is thrown away", device.sounded.isEmpty());
        device.session.heard(new short[] {1});
        assertArrayEquals("its own voice is not sent, the person's is", Framing.encode(new short[] {1}),
            rosie.audio.poll(FakeRosie.WITHIN_S, TimeUnit.SECONDS));
    }

    @Test
    public void comesBackWithItsSessionAfterABreak() throws Exception {
        connected(true);
        rosie.drops();
        device.does("ears close");
        JSONObject hello = rosie.welcomes("t2", true);
        assertEquals("t1", hello.getString("resume"));
        device.does("ears open");
        rosie.drops();
        assertEquals("t2", rosie.welcomes("t3", false).getString("resume"));
    }

    @Test
    public void doesNotComeBackByItselfAfterARefusalThatStays() throws Exception {
        connected(true);
        rosie.says("{'type':'error','code':'unknown-room','sentence':'x','detail':'y'}");
        rosie.closes(4004);
        device.does("error unknown-room");
        device.does("ears close");
        assertNull("the first pause is half a second", rosie.heard.poll(1500, TimeUnit.MILLISECONDS));
        // A person reloads the page: it asks again.
        device.pageSays("{'type':'hello','version':1,'endpoint':'kitchen-show'}");
        rosie.hears("hello");
    }

    @Test
    public void saysGoodbye() throws Exception {
        connected(false);
        device.session.stop();
        rosie.hears("bye");
        device = null;
    }

    @Test
    public void thePageIsTheFaceOfTheSameSession() throws Exception {
        device = new Device(rosie.address(), null, false);
        rosie.welcomes("t1", false);
        device.pageSays("{'type':'hello','version':1,'endpoint':'kitchen-show','language':'de'}");
        assertEquals("de", rosie.hears("language").getString("language"));
        assertFalse("before the welcome, so that the page does not undo the key", device.pageHears("muted").getBoolean("on"));
        JSONObject welcome = device.pageHears("welcome");
        assertEquals("the shade is the screen's own", 100, welcome.getInt("brightness_percent"));
        assertEquals("kitchen", welcome.getString("room"));
        device.pageSays("{'type':'text','text':'what time is it'}");
        assertEquals("what time is it", rosie.hears("text").getString("text"));
        rosie.says("{'type':'transcript','turn':1,'text':'what time is it','language':'en'}");
        assertEquals("what time is it", device.pageHears("transcript").getString("text"));
        device.pageSays("{'type':'ping','id':5}");
        assertEquals(5, device.pageHears("pong").getInt("id"));
        rosie.says("{'type':'brightness','percent':10}");
        rosie.says("{'type':'timer_ringing','id':3,'name':'tea'}");
        device.pageHears("timer_ringing");
        // Loaded again, it hears how things stand.
        device.pageSays("{'type':'hello','version':1,'endpoint':'kitchen-show','language':'de'}");
        device.pageHears("muted");
        device.pageHears("welcome");
        assertEquals("tea", device.pageHears("timer_ringing").getString("name"));
        rosie.drops();
        device.pageHears("line_gone");
    }

    @Test
    public void theTalkButtonOfThePageOpensTheDevicesEars() throws Exception {
        device = new Device(rosie.address(), null, false);
        rosie.welcomes("t1", false);
        device.does("volume 60");
        device.does("brightness 40");
        device.pageSays("{'type':'press'}");
        device.does("ears open");
        device.does("brightness 100");
        rosie.hears("press");
        device.session.heard(new short[] {1});
        assertEquals(10, rosie.audio.poll(FakeRosie.WITHIN_S, TimeUnit.SECONDS).length);
        device.pageSays("{'type':'release'}");
        rosie.hears("release");
        device.does("ears close");
        device.does("brightness 40");
        device.pageSays("{'type':'hands_free','on':true}");
        device.does("keep hands-free");
        device.does("ears open");
        assertTrue(rosie.hears("hands_free").getBoolean("on"));
        device.pageSays("{'type':'bye'}");
        device.pageSays("{'type':'cancel'}");
        rosie.hears("cancel");
    }

    @Test
    public void overTlsItSpeaksOnlyToTheOneWhoseAuthorityIsPinned() throws Exception {
        Certificates made = new Certificates("Rosie");
        Pin hers = new Pin(made.authority);
        Pin another = new Pin(new Certificates("Rosie").authority);
        try (FakeRosie secure = FakeRosie.start(made.server(Certificates.ip("127.0.0.1")).serving())) {
            Device wrong = new Device(secure.address(), another.sockets(), false);
            assertNull("of another authority", secure.heard.poll(1500, TimeUnit.MILLISECONDS));
            Device right = new Device(secure.address(), hers.sockets(), false);
            secure.welcomes("t1", false);
            right.session.stop();
            wrong.session.stop();
        }
        try (FakeRosie elsewhere = FakeRosie.start(made.server(Certificates.dns("rosie.local")).serving())) {
            device = new Device(elsewhere.address(), hers.sockets(), false);
            assertNull("hers, but for another name", elsewhere.heard.poll(1500, TimeUnit.MILLISECONDS));
        }
    }
}
