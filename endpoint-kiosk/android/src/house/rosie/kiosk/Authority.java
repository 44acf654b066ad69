package house.rosie.kiosk;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Asks a Rosie for her certificate authority, for a person to compare and accept. */
final class Authority {
    private static final int WITHIN_MS = 8000;
    private static final int LARGEST = 64 * 1024;

    private Authority() {
    }

    /**
     * What is at /ca.crt, or null when the system trusts her certificate already. Nothing secret is asked or told on
     * this connection, so it may be one that nobody vouches for yet; what comes must have issued the certificate it came with.
     */
    static Pin ask(Address address) throws IOException, GeneralSecurityException {
        HttpsURLConnection trusted = open(address, "/health");
        try {
            trusted.getResponseCode();
            return null;
        } catch (SSLException unknown) {
            return askUnknown(address);
        } finally {
            trusted.disconnect();
        }
    }

    private static Pin askUnknown(Address address) throws IOException, GeneralSecurityException {
        final X509Certificate[] server = new X509Certificate[1];
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {
                server[0] = chain[0];
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        }}, null);
        HttpsURLConnection connection = open(address, "/ca.crt");
        connection.setSSLSocketFactory(context.getSocketFactory());
        connection.setHostnameVerifier(new HostnameVerifier() {
            @Override
            public boolean verify(String host, SSLSession session) {
                return true;
            }
        });
        try {
            if (connection.getResponseCode() != 200) {
                throw new IOException("/ca.crt: " + connection.getResponseCode());
            }
            Pin pin = Pin.read(new ByteArrayInputStream(read(connection.getInputStream())));
            if (server[0] == null || !pin.accepts(server[0], address.host)) {
                throw new GeneralSecurityException("/ca.crt did not issue the certificate of " + address.host);
            }
            return pin;
        } finally {
            connection.disconnect();
        }
    }

    private static HttpsURLConnection open(Address address, String path) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection) new URL(address.origin() + path).openConnection();
        connection.setConnectTimeout(WITHIN_MS);
        connection.setReadTimeout(WITHIN_MS);
        connection.setInstanceFollowRedirects(false);
        return connection;
    }

    private static byte[] read(InputStream from) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[4096];
        for (int count = from.read(piece); count >= 0 && all.size() < LARGEST; count = from.read(piece)) {
            all.write(piece, 0, count);
        }
        return all.toByteArray();
    }
}
