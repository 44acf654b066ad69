package house.rosie.kiosk;

import org.json.JSONObject;

/** What a session is given: who it is, and the parts of the device that it hears, speaks and shows with. */
interface Endpoint {
    interface Ears {
        /** Frames come to {@link Session#heard} until {@link #close}. */
        void open();

        void close();
    }

    interface Mouth {
        void start(long turn, int rate);

        void play(short[] samples);

        /** No more will come; {@link Session#played} is called when the last sample has sounded. */
        void end();

        /** Silence now; {@link Session#played} is not called. */
        void stop();

        void volume(int percent);
    }

    interface Face {
        /** For the page. */
        void message(JSONObject message);

        /** The line is gone: the page shall say so and ask again. */
        void lineGone();

        /** Somebody is being heard or something rings: the screen shall be on. */
        void wake();

        /** Rosie refuses something: for whoever looks why it does not work. */
        void error(String code, String detail);

        /** How bright the screen shall be, 0 to 100. */
        void brightness(int percent);

        /** Kept over restarts. */
        void keep(boolean muted, boolean handsFree);
    }

    /** What the endpoint is set up as. */
    static final class Setup {
        String name;
        String room;
        /** What pairing gave it; empty where it is not paired. */
        String key;
        boolean microphone;
        boolean muted;
        boolean handsFree;
    }
}
