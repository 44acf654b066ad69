package house.rosie.kiosk;

import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/**
 * This endpoint as Rosie knows it: the line, the ears and the mouth of the device, and the page, which is its face and its
 * buttons (docs/decisions/0074-kiosk-app.md). Everything happens on the loop; the public ways in lead there.
 */
final class Session implements Line.Listener {
    private static final int OUTPUT_RATE = 24_000;

    private final Loop loop;
    private final Line line;
    private final Endpoint.Setup setup;
    private final Endpoint.Ears ears;
    private final Endpoint.Mouth mouth;
    private final Endpoint.Face face;
    private final Listening listening = new Listening();
    private final Map<Long, JSONObject> ringing = new LinkedHashMap<>();
    private JSONObject welcome;
    private String language;
    private boolean pageWaits;
    private JSONObject lastState;
    private long playing = -1;
    private int volume = -1;
    private int brightness = 100;

    Session(Loop loop, Address address, SSLSocketFactory pinned, Endpoint.Setup setup, Endpoint.Ears ears, Endpoint.Mouth mouth, Endpoint.Face face) {
        this.loop = loop;
        this.setup = setup;
        this.ears = ears;
        this.mouth = mouth;
        this.face = face;
        listening.muted = setup.muted;
        listening.handsFree = setup.handsFree;
        line = new Line(loop, address.streamUrl(), pinned, this);
    }

    void start() {
        loop.run(new Runnable() {
            @Override
            public void run() {
                line.connect();
            }
        });
    }

    void stop() {
        loop.run(new Runnable() {
            @Override
            public void run() {
                line.close();
                ears.close();
                mouth.stop();
                face.lineGone();
                loop.close();
            }
        });
    }

    /** What the page says: the messages of an endpoint, as if this were the appliance. */
    void fromPage(final String text) {
        loop.run(new Runnable() {
            @Override
            public void run() {
                try {
                    page(new JSONObject(text));
                } catch (JSONException e) {
                    // Nothing that a page of Rosie's says.
                }
            }
        });
    }

    /** The mute key of the device. */
    void toggleMute() {
        loop.run(new Runnable() {
            @Override
            public void run() {
                mute(!listening.muted, true);
                tellPage(muted());
            }
        });
    }

    /** 20 ms from the microphone. */
    void heard(final short[] frame) {
        loop.run(new Runnable() {
            @Override
            public void run() {
                // The device hears its own loudspeaker, and nothing takes that out: a reply is interrupted by a touch.
                for (short[] out : listening.frame(frame, line.isOnline() && playing < 0)) {
                    line.sendAudio(out);
                }
            }
        });
    }

    /** The last sample of this turn's reply has sounded. */
    void played(final long turn) {
        loop.run(new Runnable() {
            @Override
            public void run() {
                if (turn == playing) {
                    playing = -1;
                    line.send(with("playback_finished", "turn", turn));
                }
            }
        });
    }

    @Override
    public JSONObject hello() throws JSONException {
        JSONArray can = new JSONArray().put("speaker").put("screen");
        if (setup.microphone) {
            can.put("microphone");
        }
        JSONObject hello = new JSONObject().put("endpoint", setup.name).put("capabilities", can)
            .put("input", format(Capture.RATE)).put("output", format(OUTPUT_RATE));
        if (!setup.room.isEmpty()) {
            hello.put("room", setup.room);
        }
        if (!setup.key.isEmpty()) {
            hello.put("key", setup.key);
        }
        return language == null ? hello : hello.put("language", language);
    }

    @Override
    public void online(JSONObject message) {
        welcome = message;
        if (!message.optBoolean("resumed")) {
            forget();
        }
        volume(message.optInt("volume_percent", 100));
        brightness = message.optInt("brightness_percent", 100);
        line.send(with("mute", "on", listening.muted));
        line.send(with("hands_free", "on", listening.handsFree));
        adjust();
        if (pageWaits) {
            greetPage();
        }
    }

    @Override
    public void offline() {
        welcome = null;
        listening.pressed = false;
        adjust();
        face.lineGone();
    }

    @Override
    public void audio(Framing.Audio audio) {
        if (playing >= 0 && (int) playing == audio.turn) {
            mouth.play(audio.samples);
        }
    }

    @Override
    public void message(JSONObject message) {
        long turn = message.optLong("turn", -1);
        switch (message.optString("type")) {
            case "turn_started":
                face.wake();
                break;
            case "state":
                if (listening.state(turn, message.optString("state"))) {
                    lastState = message;
                }
                break;
            case "audio_start":
                playing = turn;
                JSONObject format = message.optJSONObject("format");
                mouth.start(turn, format == null ? OUTPUT_RATE : format.optInt("rate", OUTPUT_RATE));
                break;
            case "audio_end":
                if (turn == playing) {
                    mouth.end();
                }
                break;
            case "stop_playback":
                if (turn == playing) {
                    hush();
                }
                break;
            case "timer_ringing":
                ringing.put(message.optLong("id"), message);
                face.wake();
                break;
            case "timer_stopped":
                ringing.remove(message.optLong("id"));
                break;
            case "volume":
                volume(message.optInt("percent", 100));
                break;
            case "brightness":
                brightness = message.optInt("percent", 100);
                adjust();
                // The screen itself becomes darker: a shade over the page besides would make it twice as dark.
                return;
            case "muted":
                mute(message.optBoolean("on"), false);
                break;
            case "error":
                face.error(message.optString("code"), message.optString("detail"));
                break;
            default:
        }
        adjust();
        tellPage(message);
    }

    private void page(JSONObject message) {
        switch (message.optString("type")) {
            case "hello":
                pageWaits = true;
                if (speak(message) && line.isOnline()) {
                    line.send(with("language", "language", language == null ? JSONObject.NULL : language));
                }
                if (line.isOnline()) {
                    greetPage();
                } else {
                    line.connect();
                }
                return;
            case "ping":
                tellPage(with("pong", "id", message.optLong("id")));
                return;
            case "mute":
                mute(message.optBoolean("on"), true);
                return;
            case "hands_free":
                listening.handsFree = message.optBoolean("on");
                keep();
                break;
            case "language":
                speak(message);
                break;
            case "press":
                listening.pressed = true;
                hush();
                break;
            case "release":
                listening.pressed = false;
                break;
            case "cancel":
                hush();
                break;
            case "text":
                break;
            default:
                // Ears, mouth and the line's end are not the page's.
                return;
        }
        adjust();
        if (message.optString("type").equals("press")) {
            for (short[] frame : listening.fromBefore()) {
                line.sendAudio(frame);
            }
        }
        line.send(message);
    }

    /** The page's language is the session's; true when it is another than before. */
    private boolean speak(JSONObject message) {
        String before = language;
        language = message.isNull("language") ? null : message.optString("language");
        return language == null ? before != null : !language.equals(before);
    }

    /** The page begins, or begins again: it hears how things stand. */
    private void greetPage() {
        pageWaits = false;
        // Before the welcome: with that the page tells how it is muted, and it shall not undo the key.
        tellPage(muted());
        try {
            tellPage(new JSONObject(welcome.toString()).put("brightness_percent", 100));
        } catch (JSONException e) {
            throw new IllegalStateException(e);
        }
        if (lastState != null) {
            tellPage(lastState);
        }
        for (JSONObject timer : ringing.values()) {
            tellPage(timer);
        }
    }

    /** A page that has not said hello on this line, or was told that the line is gone, is not spoken to. */
    private void tellPage(JSONObject message) {
        if (welcome != null && !pageWaits) {
            face.message(message);
        }
    }

    private void mute(boolean on, boolean tellRosie) {
        listening.muted = on;
        if (on) {
            listening.pressed = false;
        }
        keep();
        adjust();
        if (tellRosie) {
            line.send(with("mute", "on", on));
        }
    }

    private void keep() {
        face.keep(listening.muted, listening.handsFree);
    }

    private void hush() {
        if (playing >= 0) {
            playing = -1;
            mouth.stop();
        }
    }

    private void forget() {
        hush();
        listening.forget();
        lastState = null;
        ringing.clear();
    }

    /** The volume keys may have said otherwise since: only a volume that Rosie changes counts. */
    private void volume(int percent) {
        if (percent != volume) {
            volume = percent;
            mouth.volume(percent);
        }
    }

    private void adjust() {
        if (setup.microphone && listening.needed(line.isOnline())) {
            ears.open();
        } else {
            ears.close();
        }
        face.brightness(listening.busy() || !ringing.isEmpty() ? 100 : brightness);
    }

    private JSONObject muted() {
        return with("muted", "on", listening.muted);
    }

    private static JSONObject format(int rate) throws JSONException {
        return new JSONObject().put("codec", "pcm_s16le").put("rate", rate).put("channels", 1);
    }

    private static JSONObject with(String type, String field, Object value) {
        try {
            return Line.object(type).put(field, value);
        } catch (JSONException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
