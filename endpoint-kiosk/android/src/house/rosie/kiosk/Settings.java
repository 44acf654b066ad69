package house.rosie.kiosk;

import android.content.Context;
import android.content.SharedPreferences;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.util.Locale;
import org.json.JSONException;
import org.json.JSONObject;

/** What this device is set up as, kept over restarts. */
final class Settings {
    private static final String ADDRESS = "address";
    private static final String ROOM = "room";
    private static final String NAME = "name";
    private static final String AUTHORITY = "authority";
    private static final String AUDIO = "audio";
    private static final String KEY = "key";
    private static final String MUTED = "muted";
    private static final String HANDS_FREE = "hands_free";
    private static final String ASKED = "asked";
    private static final String TRUE_RATE = "true_rate_";
    /** Who has the microphone: the app, where the page knows how to ask it, or always the page. */
    static final String NATIVE = "native";
    static final String PAGE = "page";

    private final SharedPreferences kept;

    Settings(Context context) {
        kept = context.getSharedPreferences("kiosk", Context.MODE_PRIVATE);
    }

    /** Null until it is set up. */
    Address address() {
        String text = kept.getString(ADDRESS, null);
        return text == null ? null : Address.parse(text);
    }

    /** The authority that is pinned, or null. */
    Pin pin() {
        String text = kept.getString(AUTHORITY, "");
        try {
            return text.isEmpty() ? null : Pin.parse(text);
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    String room() {
        return kept.getString(ROOM, "");
    }

    /** Stable name of this endpoint, made once. */
    String name() {
        String name = kept.getString(NAME, "");
        if (name.isEmpty()) {
            byte[] random = new byte[6];
            new SecureRandom().nextBytes(random);
            StringBuilder made = new StringBuilder("kiosk-");
            for (byte b : random) {
                made.append(String.format("%02x", b));
            }
            name = made.toString();
            kept.edit().putString(NAME, name).apply();
        }
        return name;
    }

    /** What pairing gave this endpoint, which Rosie is shown; empty where it is not paired. */
    String key() {
        return kept.getString(KEY, "");
    }

    boolean isNative() {
        return NATIVE.equals(kept.getString(AUDIO, NATIVE));
    }

    boolean muted() {
        return kept.getBoolean(MUTED, false);
    }

    boolean handsFree() {
        return kept.getBoolean(HANDS_FREE, true);
    }

    void keep(boolean muted, boolean handsFree) {
        kept.edit().putBoolean(MUTED, muted).putBoolean(HANDS_FREE, handsFree).apply();
    }

    /** Rosie's page has asked for the native session, as one of this version does. */
    boolean asked() {
        return kept.getBoolean(ASKED, false);
    }

    void keepAsked() {
        kept.edit().putBoolean(ASKED, true).apply();
    }

    /** What the microphone was found to deliver when it says {@code declared}. */
    int trueRate(int declared) {
        return kept.getInt(TRUE_RATE + declared, declared);
    }

    void keepTrueRate(int declared, int rate) {
        kept.edit().putInt(TRUE_RATE + declared, rate).apply();
    }

    /** What {@link #set} was given, for who set it up to compare: JSON, with a null address until it is set up. */
    String told() {
        try {
            String address = kept.getString(ADDRESS, null);
            return new JSONObject().put(ADDRESS, address == null ? JSONObject.NULL : address).put(ROOM, room())
                .put(NAME, kept.getString(NAME, "")).put("ca", kept.getString(AUTHORITY, ""))
                .put(AUDIO, kept.getString(AUDIO, NATIVE)).put("key_sha256", sum(key())).toString();
        } catch (JSONException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key itself is told to Rosie alone. */
    private static String sum(String key) throws NoSuchAlgorithmException {
        StringBuilder text = new StringBuilder();
        if (!key.isEmpty()) {
            for (byte b : MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII))) {
                text.append(String.format(Locale.ROOT, "%02x", b));
            }
        }
        return text.toString();
    }

    /**
     * Takes a set-up; null leaves what was there. Nothing is changed when one of it is wrong.
     *
     * @throws IllegalArgumentException whose message says what is wrong
     */
    void set(String address, String room, String name, String authority, String audio, String key) {
        SharedPreferences.Editor edit = kept.edit();
        if (address != null) {
            edit.putString(ADDRESS, Address.parse(address).origin()).remove(ASKED);
        }
        if (room != null) {
            edit.putString(ROOM, room.trim());
        }
        if (name != null && !name.isEmpty()) {
            if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
                throw new IllegalArgumentException("name: 1 to 64 of a-z A-Z 0-9 . _ -");
            }
            edit.putString(NAME, name);
        }
        if (authority != null) {
            try {
                if (!authority.isEmpty()) {
                    Pin.parse(authority);
                }
            } catch (CertificateException e) {
                throw new IllegalArgumentException("ca: not a certificate authority in PEM or base64", e);
            }
            edit.putString(AUTHORITY, authority);
        }
        if (audio != null) {
            if (!audio.equals(NATIVE) && !audio.equals(PAGE)) {
                throw new IllegalArgumentException("audio: native or page");
            }
            edit.putString(AUDIO, audio);
        }
        if (key != null) {
            if (!key.matches("[!-~]{0,128}")) {
                throw new IllegalArgumentException("key: not what pairing gave");
            }
            edit.putString(KEY, key);
        }
        edit.commit();
    }
}
