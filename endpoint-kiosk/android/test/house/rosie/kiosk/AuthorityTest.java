package house.rosie.kiosk;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** What a Rosie says her authority is, asked over a connection that nobody vouches for yet. */
public class AuthorityTest {
    private Certificates rosie;
    private HttpsServer server;

    @Before
    public void makeAuthority() throws Exception {
        rosie = new Certificates("Rosie");
    }

    @After
    public void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    private Address serving(Certificates.Issued with, int status, byte[] authority) throws Exception {
        server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(with.serving()));
        server.createContext("/ca.crt", exchange -> {
            exchange.sendResponseHeaders(status, authority.length);
            exchange.getResponseBody().write(authority);
            exchange.close();
        });
        server.start();
        return Address.parse("https://127.0.0.1:" + server.getAddress().getPort());
    }

    @Test
    public void hersIsTakenWhenItIssuedTheCertificateItCameWith() throws Exception {
        Pin pin = Authority.ask(serving(rosie.server(Certificates.ip("127.0.0.1")), 200, rosie.authority.getEncoded()));
        assertEquals(rosie.authority, pin.authority);
    }

    @Test
    public void anotherIsNot() throws Exception {
        Address lying = serving(rosie.server(Certificates.ip("127.0.0.1")), 200, new Certificates("Rosie").authority.getEncoded());
        assertThrows(GeneralSecurityException.class, () -> Authority.ask(lying));
    }

    @Test
    public void whoHasNoneIsNoRosie() throws Exception {
        Address none = serving(rosie.server(Certificates.ip("127.0.0.1")), 404, new byte[] {1});
        assertThrows(IOException.class, () -> Authority.ask(none));
    }
}
