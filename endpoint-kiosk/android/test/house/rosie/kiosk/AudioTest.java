package house.rosie.kiosk;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.content.Context;
import android.media.AudioManager;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowAudioRecord;
import org.robolectric.shadows.ShadowAudioTrack;

/** The microphone and the loudspeaker, on Android's classes with a device that the test plays. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = {23, 30})
public class AudioTest {
    private static final long WITHIN_S = FakeRosie.WITHIN_S;
    private Context app;
    private AudioManager audio;

    @Before
    public void start() {
        app = RuntimeEnvironment.getApplication();
        audio = (AudioManager) app.getSystemService(Context.AUDIO_SERVICE);
    }

    @Test
    public void whatTheDeviceHearsComesAsFramesUntilItIsClosed() throws Exception {
        AtomicLong position = new AtomicLong();
        ShadowAudioRecord.setSourceProvider(device -> new ShadowAudioRecord.AudioRecordSource() {
            @Override
            public int readInShortArray(short[] into, int offset, int size, boolean blocks) {
                short[] tone = PartsTest.tone(440, 48_000, (int) position.getAndAdd(size), size, 8000);
                System.arraycopy(tone, 0, into, offset, size);
                return size;
            }
        });
        BlockingQueue<short[]> frames = new LinkedBlockingQueue<>();
        Microphone microphone = new Microphone(new Settings(app), frame -> {
            if (frames.size() < 200) {
                frames.add(frame);
            }
        });
        microphone.open();
        microphone.open();
        Sink sink = new Sink(rate -> { });
        for (int i = 0; i < 50; i++) {
            short[] frame = frames.poll(WITHIN_S, TimeUnit.SECONDS);
            assertNotNull("frame " + i, frame);
            assertEquals(Capture.FRAME, frame.length);
            sink.frame(frame);
        }
        assertEquals(440, sink.pitch(1600, 14_000), 4);
        microphone.close();
        microphone.close();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_S);
        while (Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().equals("rosie-microphone"))) {
            assertTrue("the microphone is still open", System.nanoTime() < until);
            Thread.sleep(10);
        }
        ShadowAudioRecord.clearSource();
    }

    @Test
    public void aReplyIsPlayedWholeAndThenSaidToHaveSounded() throws Exception {
        AtomicInteger bytes = new AtomicInteger();
        ShadowAudioTrack.OnAudioDataWrittenListener listener = (track, data, format) -> bytes.addAndGet(data.length);
        ShadowAudioTrack.addAudioDataListener(listener);
        BlockingQueue<Long> played = new LinkedBlockingQueue<>();
        Speaker speaker = new Speaker(audio, played::add);
        speaker.start(7, 24_000);
        for (int i = 0; i < 5; i++) {
            speaker.play(new short[2400]);
        }
        speaker.end();
        assertEquals(Long.valueOf(7), played.poll(WITHIN_S, TimeUnit.SECONDS));
        assertTrue("the reply and the silence that pushes it out: " + bytes.get(), bytes.get() > 2 * 5 * 2400);
        ShadowAudioTrack.removeAudioDataListener(listener);
    }

    @Test
    public void aReplyThatIsStoppedIsSilentAndNotSaidToHaveSounded() throws Exception {
        CountDownLatch writes = new CountDownLatch(1);
        AtomicInteger bytes = new AtomicInteger();
        ShadowAudioTrack.OnAudioDataWrittenListener listener = (track, data, format) -> {
            bytes.addAndGet(data.length);
            writes.countDown();
        };
        ShadowAudioTrack.addAudioDataListener(listener);
        BlockingQueue<Long> played = new LinkedBlockingQueue<>();
        Speaker speaker = new Speaker(audio, played::add);
        speaker.start(7, 24_000);
        speaker.play(new short[2400]);
        assertTrue(writes.await(WITHIN_S, TimeUnit.SECONDS));
        speaker.stop();
        speaker.play(new short[2400]);
        speaker.end();
        // A reply of its own comes after it: what the first would have said would have come before.
        speaker.start(8, 16_000);
        speaker.play(new short[160]);
        speaker.end();
        assertEquals(Long.valueOf(8), played.poll(WITHIN_S, TimeUnit.SECONDS));
        assertNull(played.poll());
        ShadowAudioTrack.removeAudioDataListener(listener);
    }

    @Test
    public void theVolumeIsTheDevicesOwnAndOnlyNothingIsSilent() {
        Speaker speaker = new Speaker(audio, turn -> { });
        int most = audio.getStreamMaxVolume(AudioManager.STREAM_MUSIC);
        speaker.volume(100);
        assertEquals(most, audio.getStreamVolume(AudioManager.STREAM_MUSIC));
        speaker.volume(1);
        assertEquals(1, audio.getStreamVolume(AudioManager.STREAM_MUSIC));
        speaker.volume(0);
        assertEquals(0, audio.getStreamVolume(AudioManager.STREAM_MUSIC));
        speaker.volume(40);
        assertEquals(Math.round(most * 0.4f), audio.getStreamVolume(AudioManager.STREAM_MUSIC));
    }
}
