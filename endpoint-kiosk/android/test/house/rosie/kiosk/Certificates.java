package house.rosie.kiosk;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of the tests, and what it issues. */
final class Certificates {
    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final KeyPurposeId SERVERS = KeyPurposeId.id_kp_serverAuth;
    final X509Certificate authority;
    private final KeyPair keys;
    private final X500Name name;

    Certificates(String name) throws Exception {
        this.name = new X500Name("CN=" + name);
        keys = keyPair();
        authority = sign(builder(this.name, keys, 0, 3000).addExtension(Extension.basicConstraints, true, new BasicConstraints(true)));
    }

    /** What a server has. */
    static final class Issued {
        final X509Certificate certificate;
        private final KeyPair keys;

        private Issued(X509Certificate certificate, KeyPair keys) {
            this.certificate = certificate;
            this.keys = keys;
        }

        /** TLS of a server with this certificate. */
        SSLContext serving() throws Exception {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", keys.getPrivate(), new char[0], new X509Certificate[] {certificate});
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        }
    }

    /** For servers, valid now. */
    Issued server(GeneralName... names) throws Exception {
        return issue(SERVERS, -1, 90, names);
    }

    Issued over(GeneralName... names) throws Exception {
        return issue(SERVERS, -20, -5, names);
    }

    Issued client(GeneralName... names) throws Exception {
        return issue(KeyPurposeId.id_kp_clientAuth, -1, 90, names);
    }

    static GeneralName dns(String value) {
        return new GeneralName(GeneralName.dNSName, value);
    }

    static GeneralName ip(String value) {
        return new GeneralName(GeneralName.iPAddress, value);
    }

    private Issued issue(KeyPurposeId use, int fromDay, int toDay, GeneralName... names) throws Exception {
        KeyPair pair = keyPair();
        JcaX509v3CertificateBuilder builder = builder(new X500Name("CN=rosie.local"), pair, fromDay, toDay);
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(use));
        if (names.length > 0) {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
        return new Issued(sign(builder), pair);
    }

    private JcaX509v3CertificateBuilder builder(X500Name subject, KeyPair pair, int fromDay, int toDay) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(name, BigInteger.valueOf(SERIAL.getAndIncrement()),
            Date.from(now.plus(Duration.ofDays(fromDay)).minusSeconds(60)), Date.from(now.plus(Duration.ofDays(toDay))), subject, pair.getPublic());
    }

    private X509Certificate sign(org.bouncycastle.cert.X509v3CertificateBuilder builder) throws Exception {
        return new JcaX509CertificateConverter()
            .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static KeyPair keyPair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }
}
