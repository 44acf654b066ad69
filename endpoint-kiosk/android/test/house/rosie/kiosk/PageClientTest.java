package house.rosie.kiosk;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.content.Context;
import android.net.Uri;
import android.net.http.SslCertificate;
import android.net.http.SslError;
import android.webkit.PermissionRequest;
import android.webkit.SslErrorHandler;
import android.webkit.WebResourceRequest;
import android.webkit.WebView;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

/** What the page may, and whose page it has to be. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = {23, 30})
public class PageClientTest {
    private static final String HERS = "https://rosie.local:8443/";
    private static Certificates rosie;
    private static X509Certificate good;
    private static X509Certificate foreign;
    private final Address address = Address.parse(HERS);
    private final List<String> told = new ArrayList<>();
    private PageClient client;
    private Shown view;

    @BeforeClass
    public static void makeAuthorities() throws Exception {
        rosie = new Certificates("Rosie");
        good = rosie.server(Certificates.dns("rosie.local")).certificate;
        foreign = new Certificates("Rosie").server(Certificates.dns("rosie.local")).certificate;
    }

    /** A view that shows what the test says. */
    private static final class Shown extends WebView {
        String url = HERS;
        X509Certificate certificate = good;

        Shown(Context context) {
            super(context);
        }

        @Override
        public String getUrl() {
            return url;
        }

        @Override
        public SslCertificate getCertificate() {
            return certificate == null ? null : new SslCertificate(certificate);
        }
    }

    @Before
    public void show() {
        client = of(new Pin(rosie.authority));
        view = new Shown(RuntimeEnvironment.getApplication());
    }

    private PageClient of(Pin pin) {
        return new PageClient(address, pin, new PageClient.Watcher() {
            @Override
            public void began() {
                told.add("began");
            }

            @Override
            public void loaded() {
                told.add("loaded");
            }

            @Override
            public void unreachable(int reason) {
                told.add(reason == R.string.not_rosie ? "not Rosie" : "unreachable");
            }

            @Override
            public void viewDied() {
                told.add("died");
            }
        });
    }

    private boolean goesOn(PageClient from, X509Certificate certificate, String url) {
        boolean[] on = {false, false};
        from.onReceivedSslError(view, new SslErrorHandler() {
            @Override
            public void proceed() {
                on[0] = true;
            }

            @Override
            public void cancel() {
                on[1] = true;
            }
        }, new SslError(SslError.SSL_UNTRUSTED, new SslCertificate(certificate), url));
        assertTrue("one of both", on[0] ^ on[1]);
        return on[0];
    }

    @Test
    public void anUnknownCertificateIsTakenOnlyWhenThePinnedAuthorityIssuedItForRosiesAddress() throws Exception {
        assertTrue(goesOn(client, good, HERS));
        assertFalse("another authority of that name", goesOn(client, foreign, HERS));
        assertFalse("another host", goesOn(client, good, "https://evil.example:8443/"));
        assertFalse("for another name", goesOn(client, rosie.server(Certificates.dns("else.local")).certificate, HERS));
        assertFalse("no longer valid", goesOn(client, rosie.over(Certificates.dns("rosie.local")).certificate, HERS));
        assertFalse("nothing is pinned", goesOn(of(null), good, HERS));
    }

    @Test
    public void aCertificateThatTheSystemTrustsIsNotEnough() {
        client.onPageStarted(view, HERS, null);
        view.certificate = foreign;
        client.onPageFinished(view, HERS);
        assertEquals(Arrays.asList("began", "not Rosie"), told);
        told.clear();
        client.onPageStarted(view, HERS, null);
        view.certificate = good;
        client.onPageFinished(view, HERS);
        assertEquals(Arrays.asList("began", "loaded"), told);
    }

    private String asksFor(String origin, String... resources) {
        String[] answer = {null};
        client.chrome(view).onPermissionRequest(new PermissionRequest() {
            @Override
            public Uri getOrigin() {
                return Uri.parse(origin);
            }

            @Override
            public String[] getResources() {
                return resources;
            }

            @Override
            public void grant(String[] granted) {
                answer[0] = String.join(" ", granted);
            }

            @Override
            public void deny() {
                answer[0] = "denied";
            }
        });
        return answer[0];
    }

    @Test
    public void onlyRosiesPageGetsTheMicrophoneAndNothingElse() {
        String microphone = PermissionRequest.RESOURCE_AUDIO_CAPTURE;
        String camera = PermissionRequest.RESOURCE_VIDEO_CAPTURE;
        assertEquals(microphone, asksFor(HERS, microphone));
        assertEquals(microphone, asksFor(HERS, camera, microphone));
        assertEquals("denied", asksFor(HERS, camera));
        assertEquals("denied", asksFor("https://evil.example/", microphone));
        view.certificate = foreign;
        assertEquals("denied", asksFor(HERS, microphone));
        view.certificate = good;
        view.url = "https://evil.example/";
        assertEquals("denied", asksFor(HERS, microphone));
    }

    @Test
    public void nothingButRosieIsOpenedOrFetched() {
        assertFalse(client.shouldOverrideUrlLoading(view, HERS + "memory"));
        assertTrue(client.shouldOverrideUrlLoading(view, "https://evil.example/"));
        assertTrue(client.shouldOverrideUrlLoading(view, "intent://x#Intent;end"));
        assertNull("hers is fetched as ever", client.shouldInterceptRequest(view, request(HERS + "js/main.js", false)));
        assertNull(client.shouldInterceptRequest(view, request("blob:" + HERS + "1", false)));
        assertNotNull("another's is empty", client.shouldInterceptRequest(view, request("https://evil.example/x.js", false)));
    }

    @Test
    public void onlyThePageItselfCanBeUnreachable() {
        client.onReceivedError(view, request(HERS + "js/main.js", false), null);
        assertTrue(told.isEmpty());
        client.onReceivedError(view, request(HERS, true), null);
        client.onPageFinished(view, HERS);
        assertEquals("what failed is not loaded", Arrays.asList("unreachable"), told);
        assertTrue("the app lives on when what draws has died", client.onRenderProcessGone(view, null));
        assertEquals(Arrays.asList("unreachable", "died"), told);
    }

    private static WebResourceRequest request(String url, boolean main) {
        return new WebResourceRequest() {
            @Override
            public Uri getUrl() {
                return Uri.parse(url);
            }

            @Override
            public boolean isForMainFrame() {
                return main;
            }

            @Override
            public boolean isRedirect() {
                return false;
            }

            @Override
            public boolean hasGesture() {
                return false;
            }

            @Override
            public String getMethod() {
                return "GET";
            }

            @Override
            public Map<String, String> getRequestHeaders() {
                return null;
            }
        };
    }
}
