package io.jenkins.plugins.amideploy.jenkins.deployments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore.Stored;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A bucket of S3 as far as the page reads it: its objects are those of a {@link MemoryStore}, and what was asked for is noted. */
final class FakeBucket implements AutoCloseable {
    static final String NAME = "state-bucket";

    final MemoryStore store = new MemoryStore();

    /** Keys that were read, and {@code list} for a listing. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** Access keys that asked. */
    final List<String> askers = new CopyOnWriteArrayList<>();

    volatile boolean isForbidden;

    private final HttpServer server;

    FakeBucket() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        String key = exchange.getRequestURI().getPath().substring(("/" + NAME).length());
        key = key.startsWith("/") ? key.substring(1) : key;
        asked.add(query.containsKey("list-type") ? "list" : key);
        askers.add(exchange.getRequestHeaders().getFirst("Authorization").replaceAll(".*Credential=([^/]*)/.*", "$1"));
        Stored stored = store.objects.get(key);
        if (isForbidden) {
            send(exchange, 403, error("AccessDenied", "no s3:ListBucket"));
        } else if (query.containsKey("list-type")) {
            send(exchange, 200, listing(query.get("prefix")));
        } else if (stored == null) {
            send(exchange, 404, error("NoSuchKey", "not there"));
        } else {
            exchange.getResponseHeaders().set("ETag", "\"" + stored.version() + "\"");
            send(exchange, 200, stored.text());
        }
    }

    private String listing(String prefix) {
        StringBuilder xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
        store.directories(prefix).forEach(name -> xml.append("<CommonPrefixes><Prefix>")
                .append(prefix)
                .append(name)
                .append("/</Prefix></CommonPrefixes>"));
        return xml.append("</ListBucketResult>").toString();
    }

    private static String error(String code, String message) {
        return "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>";
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders()
                .set("Content-Type", body.startsWith("{") ? "application/json" : "application/xml");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
