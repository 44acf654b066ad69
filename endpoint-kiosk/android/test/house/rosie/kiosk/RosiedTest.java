package house.rosie.kiosk;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.json.JSONObject;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The session with the real daemon, which $ROSIED names, and its real models. */
public class RosiedTest {
    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();
    private static Process daemon;
    private static Address address;

    @BeforeClass
    public static void startDaemon() throws Exception {
        ProcessBuilder command = new ProcessBuilder(System.getenv("ROSIED"), "run", "--listen", "127.0.0.1:0", "--data", FOLDER.getRoot().getPath());
        command.environment().put("RUST_LOG", "warn");
        daemon = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader said = new BufferedReader(new InputStreamReader(daemon.getInputStream()));
        address = Address.parse(said.readLine().replace("Rosie listens on ", ""));
        Thread reader = new Thread(() -> said.lines().forEach(line -> { }));
        reader.setDaemon(true);
        reader.start();
        for (String part : new String[] {"stt", "tts"}) {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
            while (status("/health/" + part) != 200) {
                assertTrue(part + " is not ready", System.nanoTime() < until);
                Thread.sleep(100);
            }
        }
    }

    @AfterClass
    public static void stopDaemon() {
        if (daemon != null) {
            daemon.destroyForcibly();
        }
    }

    private static int status(String path) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) new URL(address.origin() + path).openConnection();
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    /** Everything that the page hears up to the end of the turn. */
    private static List<JSONObject> turn(Device device) throws Exception {
        List<JSONObject> all = new ArrayList<>();
        while (true) {
            JSONObject message = device.page.poll(120, TimeUnit.SECONDS);
            assertTrue("the turn does not end: " + all, message != null);
            all.add(message);
            if (message.getString("type").equals("timings")) {
                return all;
            }
        }
    }

    private static String said(List<JSONObject> turn, String type) throws Exception {
        for (JSONObject message : turn) {
            if (message.getString("type").equals(type)) {
                return message.getString("text");
            }
        }
        throw new AssertionError("no " + type + " in " + turn);
    }

    private static Device connected() throws Exception {
        Device device = new Device(address, null, false);
        device.pageSays("{'type':'hello','version':1,'endpoint':'kitchen-show','language':'en'}");
        device.pageHears("muted");
        device.pageHears("welcome");
        return device;
    }

    @Test
    public void whatIsTypedIsAnsweredAloud() throws Exception {
        Device device = connected();
        device.pageSays("{'type':'text','text':'what is 15 percent of 80'}");
        List<JSONObject> turn = turn(device);
        assertTrue(said(turn, "reply"), said(turn, "reply").contains("12"));
        assertTrue("half a second of it sounded", device.sounded.size() > 12_000);
        assertEquals(turn.toString(), "answered", turn.get(turn.size() - 1).getString("outcome"));
        device.session.stop();
    }

    @Test
    public void whatIsSpokenIsUnderstood() throws Exception {
        Device device = connected();
        File recording = new File(System.getenv("ROSIE_TEST_SPEECH"), "goforward.wav");
        ByteBuffer wav = ByteBuffer.wrap(Files.readAllBytes(recording.toPath())).order(ByteOrder.LITTLE_ENDIAN);
        wav.position(44);
        device.pageSays("{'type':'press'}");
        device.pageHears("turn_started");
        while (wav.remaining() >= 2 * Capture.FRAME) {
            short[] frame = new short[Capture.FRAME];
            for (int i = 0; i < frame.length; i++) {
                frame[i] = wav.getShort();
            }
            device.session.heard(frame);
        }
        device.pageSays("{'type':'release'}");
        String heard = said(turn(device), "transcript").toLowerCase();
        assertTrue(heard, heard.contains("forward"));
        device.session.stop();
    }
}
