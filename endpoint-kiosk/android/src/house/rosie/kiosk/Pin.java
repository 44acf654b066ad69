package house.rosie.kiosk;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** The one certificate authority that is believed: Rosie's own. */
final class Pin {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_USE = "2.5.29.37.0";
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    final X509Certificate authority;

    Pin(X509Certificate authority) {
        this.authority = authority;
    }

    /**
     * Reads the authority as Rosie serves it at /ca.crt: PEM, or DER in base64, which fits on a command line.
     *
     * @throws CertificateException with what is wrong when it is none
     */
    static Pin parse(String text) throws CertificateException {
        String pem = text.contains("-----BEGIN") ? text
            : "-----BEGIN CERTIFICATE-----\n" + text.replaceAll("\\s+", "").replaceAll("(.{64})", "$1\n")
                + "\n-----END CERTIFICATE-----\n";
        return read(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Reads PEM or DER. */
    static Pin read(InputStream from) throws CertificateException {
        X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(from);
        if (read == null || read.getBasicConstraints() < 0) {
            throw new CertificateException("this is no certificate authority");
        }
        return new Pin(read);
    }

    /** SHA-256 of the authority, as a person compares it. */
    static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        StringBuilder text = new StringBuilder();
        for (byte b : MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded())) {
            text.append(text.length() == 0 ? "" : ":").append(String.format(Locale.ROOT, "%02X", b));
        }
        return text.toString();
    }

    /** Whether this server certificate was issued by the authority, is valid now, for a server, and for this host. */
    boolean accepts(X509Certificate server, String host) {
        try {
            List<String> uses = server.getExtendedKeyUsage();
            if (uses != null && !uses.contains(SERVER_AUTH) && !uses.contains(ANY_USE)) {
                return false;
            }
            PKIXParameters rules = new PKIXParameters(Collections.singleton(new TrustAnchor(authority, null)));
            rules.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX").validate(
                CertificateFactory.getInstance("X.509").generateCertPath(Collections.singletonList(server)), rules);
            return isFor(server, host);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** A TLS that believes nobody else. */
    SSLSocketFactory sockets() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        store.setCertificateEntry("rosie", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    private static boolean isFor(X509Certificate server, String host) throws CertificateParsingException {
        Collection<List<?>> names = server.getSubjectAlternativeNames();
        if (names == null) {
            return false;
        }
        String plain = host.replaceAll("^\\[|\\]$", "").toLowerCase(Locale.ROOT);
        for (List<?> name : names) {
            int kind = (Integer) name.get(0);
            String value = String.valueOf(name.get(1)).toLowerCase(Locale.ROOT);
            if (kind == DNS_NAME && (value.equals(plain) || isUnder(value, plain))
                || kind == IP_ADDRESS && sameAddress(value, plain)) {
                return true;
            }
        }
        return false;
    }

    /** `*.home.arpa` stands for one label, as everywhere. */
    private static boolean isUnder(String pattern, String host) {
        int dot = host.indexOf('.');
        return pattern.startsWith("*.") && pattern.indexOf('.', 2) > 0 && dot > 0 && host.substring(dot).equals(pattern.substring(1));
    }

    private static boolean sameAddress(String value, String host) {
        if (!host.matches("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*")) {
            return false;
        }
        try {
            return InetAddress.getByName(value).equals(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
