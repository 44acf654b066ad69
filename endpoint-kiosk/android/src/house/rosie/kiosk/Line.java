package house.rosie.kiosk;

import com.neovisionaries.ws.client.WebSocket;
import com.neovisionaries.ws.client.WebSocketAdapter;
import com.neovisionaries.ws.client.WebSocketException;
import com.neovisionaries.ws.client.WebSocketFactory;
import com.neovisionaries.ws.client.WebSocketFrame;
import com.neovisionaries.ws.client.WebSocketOpcode;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocketFactory;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * The line to the appliance (docs/protocol.md): one WebSocket, opened again with growing pauses whenever it breaks, going on
 * with the same session where the appliance still has it. Everything of it happens on its loop.
 */
final class Line {
    private static final int OPEN_WITHIN_MS = 8000;
    private static final long PING_EVERY_MS = 10_000;
    private static final long PONG_WITHIN_MS = 6000;
    /** Audio that waits for a slow line: later it helps nobody. */
    private static final long WAITING_BYTES = 64_000;
    /** After these it would be refused again. */
    private static final Set<String> FINAL = new HashSet<>(Arrays.asList("hello-expected", "unsupported-version", "bad-hello",
        "unknown-room", "unsupported-format", "too-many-errors", "bad-frame", "invalid-utf8", "frame-too-big"));

    interface Listener {
        /** The hello without `resume`. */
        JSONObject hello() throws JSONException;

        void online(JSONObject welcome);

        void offline();

        void message(JSONObject message);

        void audio(Framing.Audio audio);
    }

    private final Loop loop;
    private final String url;
    private final SSLSocketFactory pinned;
    private final Listener listener;
    private final AtomicLong waiting = new AtomicLong();
    private WebSocket socket;
    private boolean online;
    private boolean closed;
    private String resume;
    private String refusal;
    private long retryAfterMs = -1;
    private int attempt;
    private long pings;
    private Future<?> retry;
    private Future<?> opening;
    private Future<?> ping;
    private Future<?> pong;

    /** {@code pinned}: TLS that believes Rosie's authority alone, or null for the system's. */
    Line(Loop loop, String url, SSLSocketFactory pinned, Listener listener) {
        this.loop = loop;
        this.url = url;
        this.pinned = pinned;
        this.listener = listener;
    }

    /** Connects now, without the rest of a pause, if it is not connecting already. */
    void connect() {
        if (closed || socket != null) {
            return;
        }
        stop(retry);
        refusal = null;
        final WebSocket made;
        try {
            WebSocketFactory factory = new WebSocketFactory().setConnectionTimeout(OPEN_WITHIN_MS);
            if (pinned != null) {
                factory.setSSLSocketFactory(pinned);
            }
            String host = URI.create(url).getHost();
            if (host.matches("[^:]*[A-Za-z][^:]*")) {
                // A name, no address: who serves several names picks the certificate by it.
                factory.setServerName(host);
            }
            made = factory.createSocket(url);
        } catch (IOException e) {
            again();
            return;
        }
        socket = made;
        waiting.set(0);
        opening = loop.later(OPEN_WITHIN_MS, new Runnable() {
            @Override
            public void run() {
                drop(made);
            }
        });
        made.addListener(new Ear());
        made.connectAsynchronously();
    }

    /** Says goodbye and stays away. */
    void close() {
        send(object("bye"));
        closed = true;
        WebSocket last = socket;
        socket = null;
        quiet();
        if (last != null) {
            last.disconnect();
        }
    }

    boolean isOnline() {
        return online;
    }

    /** True when the message went out. */
    boolean send(JSONObject message) {
        if (online) {
            socket.sendText(message.toString());
        }
        return online;
    }

    void sendAudio(short[] samples) {
        if (online && waiting.get() < WAITING_BYTES) {
            byte[] message = Framing.encode(samples);
            waiting.addAndGet(message.length);
            socket.sendBinary(message);
        }
    }

    static JSONObject object(String type) {
        try {
            return new JSONObject().put("type", type);
        } catch (JSONException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void opened(WebSocket from) {
        if (from != socket) {
            return;
        }
        try {
            JSONObject hello = listener.hello().put("type", "hello").put("version", 1);
            if (resume != null) {
                hello.put("resume", resume);
            }
            from.sendText(hello.toString());
        } catch (JSONException e) {
            throw new IllegalStateException(e);
        }
    }

    private void received(WebSocket from, String text) {
        if (from != socket) {
            return;
        }
        // Whatever comes proves the line alive: a pong may wait behind a long reply.
        stop(pong);
        JSONObject message;
        try {
            message = new JSONObject(text);
        } catch (JSONException e) {
            return;
        }
        switch (message.optString("type")) {
            case "welcome":
                welcome(message);
                return;
            case "pong":
                return;
            case "going_away":
                retryAfterMs = message.optLong("retry_after_ms", 0);
                break;
            case "error":
                refusal = message.optString("code");
                break;
            default:
        }
        listener.message(message);
    }

    private void welcome(JSONObject message) {
        stop(opening);
        online = true;
        attempt = 0;
        retryAfterMs = -1;
        resume = message.optString("resume_token", null);
        pingLater(Math.min(PING_EVERY_MS, Math.max(1000, message.optLong("idle_timeout_ms", 30_000) / 3)));
        listener.online(message);
    }

    private void pingLater(final long everyMs) {
        ping = loop.later(everyMs, new Runnable() {
            @Override
            public void run() {
                final WebSocket asked = socket;
                pings++;
                try {
                    send(object("ping").put("id", pings));
                } catch (JSONException e) {
                    throw new IllegalStateException(e);
                }
                stop(pong);
                pong = loop.later(PONG_WITHIN_MS, new Runnable() {
                    @Override
                    public void run() {
                        drop(asked);
                    }
                });
                pingLater(everyMs);
            }
        });
    }

    /** Gives a socket up and plans the next try. */
    private void drop(WebSocket from) {
        if (from != socket || from == null) {
            return;
        }
        boolean was = online;
        socket = null;
        quiet();
        if (was) {
            from.disconnect();
            listener.offline();
        } else {
            // One that never came to talk hears no goodbye: it would wait for an answer for ever.
            try {
                from.getSocket().close();
            } catch (IOException closed) {
                // As it should be.
            }
        }
        again();
    }

    private void again() {
        if (closed || FINAL.contains(String.valueOf(refusal))) {
            return;
        }
        long pause = retryAfterMs < 0 ? Backoff.pauseMs(attempt, Math.random()) : Backoff.askedMs(retryAfterMs, Math.random());
        attempt++;
        retryAfterMs = -1;
        retry = loop.later(pause, new Runnable() {
            @Override
            public void run() {
                connect();
            }
        });
    }

    private void quiet() {
        online = false;
        stop(retry);
        stop(opening);
        stop(ping);
        stop(pong);
    }

    private static void stop(Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Carries what the socket's threads say over to the loop. */
    private final class Ear extends WebSocketAdapter {
        @Override
        public void onConnected(final WebSocket from, Map<String, List<String>> headers) {
            loop.run(new Runnable() {
                @Override
                public void run() {
                    opened(from);
                }
            });
        }

        @Override
        public void onTextMessage(final WebSocket from, final String text) {
            loop.run(new Runnable() {
                @Override
                public void run() {
                    received(from, text);
                }
            });
        }

        @Override
        public void onBinaryMessage(final WebSocket from, byte[] message) {
            final Framing.Audio audio = Framing.decode(message);
            loop.run(new Runnable() {
                @Override
                public void run() {
                    if (from == socket) {
                        stop(pong);
                        if (audio != null) {
                            listener.audio(audio);
                        }
                    }
                }
            });
        }

        @Override
        public void onFrameSent(WebSocket from, WebSocketFrame frame) {
            if (frame.getOpcode() == WebSocketOpcode.BINARY) {
                waiting.addAndGet(-frame.getPayloadLength());
            }
        }

        @Override
        public void onConnectError(WebSocket from, WebSocketException e) {
            gone(from);
        }

        @Override
        public void onDisconnected(WebSocket from, WebSocketFrame theirs, WebSocketFrame ours, boolean byThem) {
            gone(from);
        }

        private void gone(final WebSocket from) {
            loop.run(new Runnable() {
                @Override
                public void run() {
                    drop(from);
                }
            });
        }
    }
}
