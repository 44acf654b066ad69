package house.rosie.kiosk;

import java.net.URI;
import java.net.URISyntaxException;

/** Where Rosie is: scheme, host and port of her page. */
final class Address {
    final boolean secure;
    final String host;
    final int port;

    private Address(boolean secure, String host, int port) {
        this.secure = secure;
        this.host = host;
        this.port = port;
    }

    /**
     * Takes what a person types: `rosie.local`, `192.168.1.5:8000`, `https://rosie.local:8443/`. Without a scheme it is
     * http, on Rosie's port 8000 where none is given.
     *
     * @throws IllegalArgumentException with nothing worth showing when it is no such address
     */
    static Address parse(String typed) {
        String text = typed.trim();
        boolean bare = !text.contains("://");
        URI uri;
        try {
            uri = new URI(bare ? "http://" + text : text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not an address: " + typed, e);
        }
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        if (uri.getHost() == null || uri.getUserInfo() != null || !(secure || "http".equalsIgnoreCase(uri.getScheme()))) {
            throw new IllegalArgumentException("not an address: " + typed);
        }
        int usual = secure ? 443 : bare ? 8000 : 80;
        return new Address(secure, uri.getHost(), uri.getPort() < 0 ? usual : uri.getPort());
    }

    /** Scheme, host and port as a browser writes an origin. */
    String origin() {
        return (secure ? "https://" : "http://") + host + (port == (secure ? 443 : 80) ? "" : ":" + port);
    }

    String streamUrl() {
        return (secure ? "wss://" : "ws://") + host + ":" + port + "/api/v1/stream";
    }

    /** Whether a page at {@code url} is Rosie's own. */
    boolean owns(String url) {
        try {
            URI uri = new URI(url);
            return uri.getScheme() != null && uri.getHost() != null && uri.getUserInfo() == null
                && parse(uri.getScheme() + "://" + uri.getRawAuthority()).origin().equalsIgnoreCase(origin());
        } catch (URISyntaxException | IllegalArgumentException e) {
            return false;
        }
    }
}
