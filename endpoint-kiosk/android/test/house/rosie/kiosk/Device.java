package house.rosie.kiosk;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.json.JSONObject;

/** A session with ears, mouth and face of a test: what they were told is a list of words. */
final class Device implements Endpoint.Ears, Endpoint.Mouth, Endpoint.Face {
    final BlockingQueue<String> deeds = new LinkedBlockingQueue<>();
    final BlockingQueue<JSONObject> page = new LinkedBlockingQueue<>();
    final List<Short> sounded = Collections.synchronizedList(new ArrayList<>());
    final Session session;
    private boolean open;
    private int bright = -1;
    private long turn;

    Device(Address address, SSLSocketFactory pinned, boolean handsFree) {
        Endpoint.Setup setup = new Endpoint.Setup();
        setup.name = "kitchen-show";
        setup.room = "";
        setup.key = "";
        setup.microphone = true;
        setup.handsFree = handsFree;
        session = new Session(new Loop(), address, pinned, setup, this, this, this);
        session.start();
    }

    /** The next deed, which must be this. */
    void does(String deed) throws InterruptedException {
        String done = deeds.poll(FakeRosie.WITHIN_S, TimeUnit.SECONDS);
        assertEquals(deed, done);
    }

    JSONObject pageHears(String type) throws Exception {
        JSONObject message = page.poll(FakeRosie.WITHIN_S, TimeUnit.SECONDS);
        assertNotNull("the page waited for " + type, message);
        assertEquals(message.toString(), type, message.getString("type"));
        return message;
    }

    void pageSays(String message) {
        session.fromPage(message.replace('\'', '"'));
    }

    @Override
    public void open() {
        if (!open) {
            open = true;
            deeds.add("ears open");
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            deeds.add("ears close");
        }
    }

    @Override
    public void start(long ofTurn, int rate) {
        turn = ofTurn;
        deeds.add("mouth starts " + ofTurn + " at " + rate);
    }

    @Override
    public void play(short[] samples) {
        for (short sample : samples) {
            sounded.add(sample);
        }
    }

    @Override
    public void end() {
        deeds.add("mouth ends");
        session.played(turn);
    }

    @Override
    public void stop() {
        deeds.add("mouth stops");
    }

    @Override
    public void volume(int percent) {
        deeds.add("volume " + percent);
    }

    @Override
    public void message(JSONObject message) {
        page.add(message);
    }

    @Override
    public void lineGone() {
        page.add(Line.object("line_gone"));
    }

    @Override
    public void error(String code, String detail) {
        deeds.add("error " + code);
    }

    @Override
    public void wake() {
        deeds.add("wake");
    }

    @Override
    public void brightness(int percent) {
        if (percent != bright) {
            bright = percent;
            deeds.add("brightness " + percent);
        }
    }

    @Override
    public void keep(boolean muted, boolean handsFree) {
        deeds.add("keep" + (muted ? " muted" : "") + (handsFree ? " hands-free" : ""));
    }
}
