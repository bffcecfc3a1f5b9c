package io.jenkins.plugins.amideploy.jenkins;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way to an endpoint on which, from some moment on, nothing is answered any more: connections are taken and that is all. */
public final class MuteableEndpoint implements AutoCloseable {
    private final ServerSocket server;
    private final URI target;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean mute;

    /** @param target URL that answers until {@link #mute} */
    public MuteableEndpoint(String target) throws IOException {
        this.target = URI.create(target);
        this.server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    /** URL to be used in place of the target's. */
    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** From now on nothing is answered. */
    public void mute() throws IOException {
        mute = true;
        closeConnections();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            open.add(client);
            if (!mute) {
                Socket there = new Socket(target.getHost(), target.getPort());
                open.add(there);
                daemon(() -> copy(client, there));
                daemon(() -> copy(there, client));
            }
        }
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    /** A connection that ends, or is ended, ends its task. */
    private static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException closed) {
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void closeConnections() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        closeConnections();
    }
}
