package house.rosie.kiosk;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

/** The parts that need neither Android nor a line. */
public class PartsTest {
    @Test
    public void audioIsFramedAsTheProtocolSays() {
        assertArrayEquals(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 1, 0, -2, -1}, Framing.encode(new short[] {1, -2}));
        Framing.Audio audio = Framing.decode(new byte[] {1, 0, 0, 0, 7, 0, 0, 0, 1, 0, -2, -1});
        assertEquals(7, audio.turn);
        assertArrayEquals(new short[] {1, -2}, audio.samples);
        assertNull("another kind", Framing.decode(new byte[] {2, 0, 0, 0, 7, 0, 0, 0}));
        assertNull("half a header", Framing.decode(new byte[] {1, 0, 0}));
        assertNull("half a sample", Framing.decode(new byte[] {1, 0, 0, 0, 7, 0, 0, 0, 1}));
    }

    @Test
    public void pausesDoubleUpToACeilingAndTheirUpperHalfIsChance() {
        assertEquals(250, Backoff.pauseMs(0, 0));
        assertEquals(500, Backoff.pauseMs(0, 1));
        assertEquals(2000, Backoff.pauseMs(2, 1));
        assertEquals(15_000, Backoff.pauseMs(1000, 1));
        assertEquals(3000, Backoff.askedMs(3000, 0));
        assertEquals(60_000, Backoff.askedMs(Long.MAX_VALUE, 0));
    }

    @Test
    public void anAddressIsTakenAsPeopleTypeIt() {
        assertEquals("http://rosie.local:8000", Address.parse(" rosie.local ").origin());
        assertEquals("http://192.168.1.5:9000", Address.parse("192.168.1.5:9000").origin());
        assertEquals("https://rosie.local:8443", Address.parse("https://rosie.local:8443/memory").origin());
        assertEquals("https://rosie.home.arpa", Address.parse("https://rosie.home.arpa").origin());
        assertEquals("wss://rosie.local:8443/api/v1/stream", Address.parse("https://rosie.local:8443").streamUrl());
        assertEquals("ws://rosie.local:8000/api/v1/stream", Address.parse("rosie.local").streamUrl());
        for (String wrong : new String[] {"", "ftp://rosie.local", "https://", "two words", "http://me@rosie.local"}) {
            assertThrows(wrong, IllegalArgumentException.class, () -> Address.parse(wrong));
        }
    }

    @Test
    public void onlyRosiesOwnOriginIsHers() {
        Address rosie = Address.parse("https://rosie.local:8443");
        assertTrue(rosie.owns("https://rosie.local:8443/?endpoint=x"));
        assertTrue(rosie.owns("https://ROSIE.local:8443/memory"));
        for (String foreign : new String[] {"http://rosie.local:8443/", "https://rosie.local/", "https://rosie.local.evil.example:8443/",
            "https://rosie.local:8443@evil.example/", "about:blank", "data:text/html,x", "file:///etc/hosts", "not a url"}) {
            assertFalse(foreign, rosie.owns(foreign));
        }
        assertTrue("the usual port, said or not", Address.parse("https://rosie.local:443").owns("https://rosie.local/"));
    }

    @Test
    public void aMicrophoneThatDeliversHalfOfWhatItSaysIsFoundOut() {
        RateMeter meter = new RateMeter(44_100);
        int found = 0;
        for (int ms = 0; ms <= 3000 && found == 0; ms += 20) {
            found = meter.add(441, ms);
        }
        assertEquals(22_050, found);
        RateMeter honest = new RateMeter(48_000);
        for (int ms = 0; ms <= 10_000; ms += 20) {
            assertEquals(0, honest.add(ms % 40 == 0 ? 1000 : 920, ms));
        }
        RateMeter paused = new RateMeter(48_000);
        for (int ms = 0; ms <= 10_000; ms += 500) {
            assertEquals("pauses are no slow microphone", 0, paused.add(960, ms));
        }
    }

    @Test
    public void toneKeepsItsPitchThroughTheTrueRate() {
        // 22.05 kHz that is said to be 44.1: heard twice too fast until it is measured, right after that.
        int[] told = new int[1];
        Sink sink = new Sink(rate -> told[0] = rate);
        Capture capture = new Capture(44_100, sink);
        for (int block = 0; block < 300; block++) {
            capture.push(tone(440, 22_050, block * 441, 441, 8000), 441, block * 20L);
        }
        assertEquals(22_050, told[0]);
        assertEquals(440, sink.pitch(sink.samples.size() - 16_000, 16_000), 4);
        // The measure needs 2.5 seconds of the six.
        assertEquals("16 kHz come of each second", 3.48 * 16_000, sink.samples.size() - sink.atTold, 800);
    }

    @Test
    public void resamplingLosesNothingOfSpeechAndFoldsNothingBack() {
        for (int rate : new int[] {48_000, 44_100, 22_050, 16_000}) {
            assertEquals("1 kHz from " + rate, 1, levelThrough(rate, 1000), 0.05);
        }
        assertTrue("12 kHz would be heard as 4", levelThrough(48_000, 12_000) < 0.01);
    }

    private static double levelThrough(int rate, int hertz) {
        Resampler resampler = new Resampler(rate, Capture.RATE);
        double energy = 0;
        int count = 0;
        for (int block = 0; block < 50; block++) {
            for (float sample : resampler.push(tone(hertz, rate, block * rate / 50, rate / 50, 10_000), rate / 50)) {
                energy += block < 5 ? 0 : sample * sample;
                count += block < 5 ? 0 : 1;
            }
        }
        return Math.sqrt(energy / count) / (10_000 / Math.sqrt(2));
    }

    @Test
    public void quietSpeechIsBroughtUpLoudIsNotClippedAndAnEmptyRoomStaysQuiet() {
        double room = 8;
        double quiet = loudnessAfter(new Gain(), room, 120, 3);
        assertTrue("quiet speech comes out at " + quiet, quiet > 1500 && quiet < 4500);
        assertEquals("good speech is left alone", 4000, loudnessAfter(new Gain(), room, 4000, 3), 400);
        Gain gain = new Gain();
        loudnessAfter(gain, room, 120, 3);
        float[] shout = frame(20_000, 0);
        gain.apply(shout);
        for (float sample : shout) {
            assertTrue("clipped: " + sample, Math.abs(sample) <= 31_001);
        }
        Gain empty = new Gain();
        assertEquals("noise alone moves nothing", 60, loudnessAfter(empty, 60, 60, 20), 5);
    }

    /** What the last speech is as loud as, after seconds of half a second of room and half a second of speech. */
    private static double loudnessAfter(Gain gain, double room, double speech, int seconds) {
        double last = 0;
        for (int i = 0; i < seconds * 50; i++) {
            boolean speaks = i % 50 >= 25;
            float[] frame = frame(speaks ? speech : room, i);
            gain.apply(frame);
            if (speaks) {
                double energy = 0;
                for (float sample : frame) {
                    energy += sample * sample;
                }
                last = Math.sqrt(energy / frame.length);
            }
        }
        return last;
    }

    private static float[] frame(double loudness, int index) {
        float[] frame = new float[Capture.FRAME];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = (float) (loudness * Math.sqrt(2) * Math.sin(2 * Math.PI * 300 * (index * frame.length + i) / Capture.RATE));
        }
        return frame;
    }

    @Test
    public void rosieHearsOnlyWhatIsMeantForHer() {
        Listening listening = new Listening();
        short[] frame = new short[Capture.FRAME];
        for (int i = 0; i < 100; i++) {
            assertTrue(listening.frame(frame, true).isEmpty());
        }
        assertFalse(listening.needed(true));
        listening.pressed = true;
        assertTrue(listening.needed(true));
        listening.pressed = false;
        listening.handsFree = true;
        assertTrue(listening.needed(true));
        assertFalse("without a line the microphone is closed", listening.needed(false));
        assertEquals(1, listening.frame(frame, true).size());
        listening.muted = true;
        assertFalse(listening.needed(true));
        assertTrue(listening.frame(frame, true).isEmpty());
        listening.muted = false;
        listening.handsFree = false;
        assertTrue(listening.state(4, "follow_up"));
        assertTrue(listening.needed(true));
        assertFalse("an older turn", listening.state(3, "idle"));
        assertTrue(listening.state(4, "idle"));
        assertFalse(listening.needed(true));
    }

    @Test
    public void whatWasSaidJustBeforeThePressIsSentOnce() {
        Listening listening = new Listening();
        listening.state(1, "thinking");
        for (int i = 0; i < 100; i++) {
            listening.frame(new short[] {(short) i}, true);
        }
        assertEquals(16, listening.fromBefore().size());
        assertEquals(0, listening.fromBefore().size());
    }

    @Test
    public void aDeadPageIsLoadedAgainAndThenTheAppBeginsAnew() {
        PageWatch watch = new PageWatch(0);
        long now = 0;
        for (int i = 0; i < PageWatch.RELOADS; i++) {
            assertEquals(PageWatch.Deed.NOTHING, watch.tick(now + PageWatch.PATIENCE_MS - 1));
            now += PageWatch.PATIENCE_MS;
            assertEquals(PageWatch.Deed.RELOAD, watch.tick(now));
        }
        now += PageWatch.PATIENCE_MS;
        assertEquals(PageWatch.Deed.RESTART, watch.tick(now));
    }

    @Test
    public void aSignOfLifeForgivesAndAnAbsentRosieIsNoFault() {
        PageWatch watch = new PageWatch(0);
        long now = 0;
        for (int i = 0; i < 100; i++) {
            watch.unreachable(now);
            assertEquals(PageWatch.Deed.NOTHING, watch.tick(now + PageWatch.AGAIN_MS - 1));
            now += PageWatch.AGAIN_MS;
            assertEquals(PageWatch.Deed.RELOAD, watch.tick(now));
        }
        watch.alive(now);
        assertEquals(PageWatch.Deed.NOTHING, watch.tick(now + PageWatch.PATIENCE_MS - 1));
        watch.excuse(now + PageWatch.PATIENCE_MS);
        assertEquals(PageWatch.Deed.NOTHING, watch.tick(now + PageWatch.PATIENCE_MS));
    }

    @Test
    public void aWebViewSaysHowOldItIs() {
        assertEquals(119, MainActivity.webViewVersion("Mozilla/5.0 (Linux; Android 7.1.2; wv) Version/4.0 Chrome/119.0.6045.66 Safari/537.36"));
        assertEquals(0, MainActivity.webViewVersion("something else"));
    }

    static short[] tone(double hertz, int rate, int from, int count, double peak) {
        short[] samples = new short[count];
        for (int i = 0; i < count; i++) {
            samples[i] = (short) (peak * Math.sin(2 * Math.PI * hertz * (from + i) / rate));
        }
        return samples;
    }
}
