package house.rosie.kiosk;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.DefaultSSLWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;
import org.json.JSONObject;

/** An appliance that says what a test wants it to: a real WebSocket server on this machine. */
final class FakeRosie extends WebSocketServer implements AutoCloseable {
    static final long WITHIN_S = 30;
    final BlockingQueue<JSONObject> heard = new LinkedBlockingQueue<>();
    final BlockingQueue<byte[]> audio = new LinkedBlockingQueue<>();
    private final CountDownLatch started = new CountDownLatch(1);
    private final boolean secure;
    private volatile WebSocket endpoint;
    volatile String resource;
    volatile String origin;

    private FakeRosie(SSLContext tls) {
        super(new InetSocketAddress("127.0.0.1", 0), 1);
        secure = tls != null;
        if (secure) {
            setWebSocketFactory(new DefaultSSLWebSocketServerFactory(tls));
        }
        setDaemon(true);
        setConnectionLostTimeout(0);
    }

    static FakeRosie start(SSLContext tls) throws InterruptedException {
        FakeRosie rosie = new FakeRosie(tls);
        rosie.start();
        rosie.started.await(WITHIN_S, TimeUnit.SECONDS);
        return rosie;
    }

    Address address() {
        return Address.parse((secure ? "https" : "http") + "://127.0.0.1:" + getPort());
    }

    /** The next that the endpoint says, which must be of this type. */
    JSONObject hears(String type) throws Exception {
        JSONObject message = heard.poll(WITHIN_S, TimeUnit.SECONDS);
        assertNotNull("waited for " + type, message);
        assertEquals(message.toString(), type, message.getString("type"));
        return message;
    }

    void says(String message) {
        endpoint.send(message.replace('\'', '"'));
    }

    void plays(int turn, short... samples) {
        byte[] message = Framing.encode(samples);
        ByteBuffer.wrap(message).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(4, turn);
        endpoint.send(message);
    }

    /** Takes the hello, welcomes, and takes how the endpoint is muted and listens. */
    JSONObject welcomes(String token, boolean resumed) throws Exception {
        JSONObject hello = hears("hello");
        says("{'type':'welcome','version':1,'session':'s','room':'kitchen','resume_token':'" + token + "','resumed':" + resumed
            + ",'volume_percent':60,'brightness_percent':40,'idle_timeout_ms':30000}");
        hears("mute");
        hears("hands_free");
        return hello;
    }

    /** As a cable that is pulled: without a close frame. */
    void drops() {
        endpoint.closeConnection(1006, "");
    }

    /** With a close frame, after what was said. */
    void closes(int code) {
        endpoint.close(code, "");
    }

    @Override
    public void onOpen(WebSocket from, ClientHandshake handshake) {
        endpoint = from;
        resource = handshake.getResourceDescriptor();
        origin = handshake.getFieldValue("Origin");
    }

    @Override
    public void onMessage(WebSocket from, String text) {
        try {
            JSONObject message = new JSONObject(text);
            // The line's own: when it asks is a matter of how long a test takes.
            if (message.getString("type").equals("ping")) {
                from.send(message.put("type", "pong").toString());
            } else {
                heard.add(message);
            }
        } catch (org.json.JSONException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void onMessage(WebSocket from, ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        audio.add(bytes);
    }

    @Override
    public void onClose(WebSocket from, int code, String reason, boolean remote) {
    }

    @Override
    public void onError(WebSocket from, Exception fault) {
    }

    @Override
    public void onStart() {
        started.countDown();
    }

    @Override
    public void close() {
        try {
            stop(1000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
