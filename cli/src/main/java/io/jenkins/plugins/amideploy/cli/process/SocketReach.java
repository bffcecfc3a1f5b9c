package io.jenkins.plugins.amideploy.cli.process;

import io.jenkins.plugins.amideploy.engine.tool.Reach;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/** Connects from this computer, where the command line's tools run, too. */
public final class SocketReach implements Reach {
    /** The answer of another continent takes a third of a second; no machine at an address is known after three. */
    private static final int TIMEOUT_MILLIS = 4000;

    @Override
    public Answer tcp(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            return Answer.ANSWERS;
        } catch (SocketTimeoutException nothing) {
            return Answer.SILENCE;
        } catch (NoRouteToHostException | UnknownHostException notThere) {
            return Answer.NO_MACHINE;
        } catch (ConnectException refused) {
            String words = String.valueOf(refused.getMessage());
            return words.contains("refused") ? Answer.ANSWERS : Answer.SILENCE;
        } catch (IOException notThere) {
            return Answer.NO_MACHINE;
        }
    }
}
