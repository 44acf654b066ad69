package house.rosie.kiosk;

import android.annotation.TargetApi;
import android.graphics.Bitmap;
import android.net.http.SslCertificate;
import android.net.http.SslError;
import android.os.Build;
import android.os.Bundle;
import android.webkit.PermissionRequest;
import android.webkit.RenderProcessGoneDetail;
import android.webkit.SslErrorHandler;
import android.webkit.WebChromeClient;
import android.webkit.WebResourceError;
import android.webkit.WebResourceRequest;
import android.webkit.WebResourceResponse;
import android.webkit.WebView;
import android.webkit.WebViewClient;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/** What the page may: be Rosie's, from the one whose authority is pinned, and nothing else. */
final class PageClient extends WebViewClient {
    interface Watcher {
        void began();

        /** Rosie's page is there, and it is hers. */
        void loaded();

        void unreachable(int reason);

        /** The process that draws is gone: the view is of no more use. */
        void viewDied();
    }

    private final Address address;
    private final Pin pin;
    private final Watcher watcher;
    private boolean failed;

    PageClient(Address address, Pin pin, Watcher watcher) {
        this.address = address;
        this.pin = pin;
        this.watcher = watcher;
    }

    /** Grants the microphone, to Rosie's page alone. */
    WebChromeClient chrome(final WebView view) {
        return new WebChromeClient() {
            @Override
            public void onPermissionRequest(PermissionRequest request) {
                boolean hers = address.owns(request.getOrigin().toString()) && isHers(view);
                for (String wanted : request.getResources()) {
                    if (hers && PermissionRequest.RESOURCE_AUDIO_CAPTURE.equals(wanted)) {
                        request.grant(new String[] {wanted});
                        return;
                    }
                }
                request.deny();
            }
        };
    }

    /** Whether what is shown now came from Rosie: her address, and with an authority pinned, a certificate of that. */
    boolean isHers(WebView view) {
        String url = view.getUrl();
        if (url == null || !address.owns(url)) {
            return false;
        }
        return pin == null || !address.secure || accepts(view.getCertificate());
    }

    @Override
    public void onPageStarted(WebView view, String url, Bitmap icon) {
        failed = false;
        watcher.began();
    }

    @Override
    public void onPageFinished(WebView view, String url) {
        if (failed || !address.owns(url)) {
            return;
        }
        if (isHers(view)) {
            watcher.loaded();
        } else {
            view.loadUrl("about:blank");
            fail(R.string.not_rosie);
        }
    }

    @Override
    public void onReceivedSslError(WebView view, SslErrorHandler handler, SslError error) {
        if (pin != null && address.owns(error.getUrl()) && accepts(error.getCertificate())) {
            handler.proceed();
        } else {
            handler.cancel();
            fail(R.string.not_rosie);
        }
    }

    @Override
    public void onReceivedError(WebView view, WebResourceRequest request, WebResourceError error) {
        if (request.isForMainFrame()) {
            fail(R.string.unreachable);
        }
    }

    @Override
    @SuppressWarnings("deprecation")
    public boolean shouldOverrideUrlLoading(WebView view, String url) {
        return !address.owns(url);
    }

    @Override
    public WebResourceResponse shouldInterceptRequest(WebView view, WebResourceRequest request) {
        String scheme = request.getUrl().getScheme();
        boolean fetched = "http".equals(scheme) || "https".equals(scheme);
        return fetched && !address.owns(request.getUrl().toString())
            ? new WebResourceResponse("text/plain", "utf-8", new ByteArrayInputStream(new byte[0])) : null;
    }

    @Override
    @TargetApi(Build.VERSION_CODES.O)
    public boolean onRenderProcessGone(WebView view, RenderProcessGoneDetail detail) {
        watcher.viewDied();
        return true;
    }

    private void fail(int reason) {
        // What a WebView says of a certificate that was refused comes after, and says less.
        if (!failed) {
            failed = true;
            watcher.unreachable(reason);
        }
    }

    private boolean accepts(SslCertificate shown) {
        X509Certificate certificate = shown == null ? null : x509(shown);
        return certificate != null && pin.accepts(certificate, address.host);
    }

    /** Before Android 10 the certificate itself is to be had only in this way. */
    private static X509Certificate x509(SslCertificate shown) {
        Bundle saved = SslCertificate.saveState(shown);
        byte[] der = saved == null ? null : saved.getByteArray("x509-certificate");
        try {
            return der == null ? null : (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            return null;
        }
    }
}
