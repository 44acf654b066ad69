package house.rosie.kiosk;

import static house.rosie.kiosk.Certificates.dns;
import static house.rosie.kiosk.Certificates.ip;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.junit.BeforeClass;
import org.junit.Test;

/** Whom the pinned authority lets in. */
public class PinTest {
    private static Certificates rosie;
    private static Pin pin;

    @BeforeClass
    public static void makeAuthority() throws Exception {
        rosie = new Certificates("Rosie");
        pin = new Pin(rosie.authority);
    }

    @Test
    public void hersIsAcceptedForHerNamesAndAddressesAlone() throws Exception {
        X509Certificate server = rosie.server(dns("rosie.local"), dns("*.home.arpa"), ip("192.168.1.5"), ip("fd00::5")).certificate;
        for (String host : new String[] {"rosie.local", "ROSIE.local", "kitchen.home.arpa", "192.168.1.5", "[fd00::5]"}) {
            assertTrue(host, pin.accepts(server, host));
        }
        for (String host : new String[] {"rosie.lan", "xrosie.local", "a.b.home.arpa", "home.arpa", "192.168.1.6", "[fd00::6]"}) {
            assertFalse(host, pin.accepts(server, host));
        }
    }

    @Test
    public void anothersIsRefusedWhateverItSays() throws Exception {
        // Also one that bears the same name.
        Certificates stranger = new Certificates("Rosie");
        assertFalse(pin.accepts(stranger.server(dns("rosie.local")).certificate, "rosie.local"));
        assertFalse(pin.accepts(stranger.authority, "rosie.local"));
    }

    @Test
    public void whatIsOverOrForSomethingElseOrForNobodyIsRefused() throws Exception {
        assertFalse(pin.accepts(rosie.over(dns("rosie.local")).certificate, "rosie.local"));
        assertFalse(pin.accepts(rosie.client(dns("rosie.local")).certificate, "rosie.local"));
        assertFalse("a common name is no name", pin.accepts(rosie.server().certificate, "rosie.local"));
    }

    @Test
    public void theAuthorityIsReadAsPemAndAsOneLine() throws Exception {
        String line = Base64.getEncoder().encodeToString(pin.authority.getEncoded());
        String pem = "-----BEGIN CERTIFICATE-----\n" + line.replaceAll("(.{64})", "$1\n") + "\n-----END CERTIFICATE-----\n";
        assertArrayEquals(pin.authority.getEncoded(), Pin.parse(line).authority.getEncoded());
        assertArrayEquals(pin.authority.getEncoded(), Pin.parse(pem).authority.getEncoded());
        assertEquals(32 * 3 - 1, Pin.fingerprint(pin.authority).length());
        String leaf = Base64.getEncoder().encodeToString(rosie.server(dns("rosie.local")).certificate.getEncoded());
        assertThrows(CertificateException.class, () -> Pin.parse(leaf));
        assertThrows(CertificateException.class, () -> Pin.parse("nonsense"));
        assertThrows(CertificateException.class, () -> Pin.parse(""));
    }
}
