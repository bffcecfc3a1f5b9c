package io.jenkins.plugins.amideploy.cli.process;

import io.jenkins.plugins.amideploy.engine.tool.LineBuffer;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What a tool prints, in a file rather than in a pipe, which would end with us and take the tool along: a Terraform whose command line was killed outright
 * goes on and writes its state. For {@link ProcessToolRun}, which follows it.
 *
 * <p>Life cycle: nobody else may read the file, since secrets are not masked in it yet; it loses its name as soon as the tool has it open, and is gone with
 * the last who has.
 */
final class PrintedFile implements AutoCloseable {
    /** Bytes read at once: more than most tools print between two looks. */
    private static final int PIECE = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    private final LineBuffer lines = new LineBuffer();

    private PrintedFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** An empty one in the directory for temporary files, readable by its owner alone. */
    static PrintedFile empty() throws IOException {
        Path path = Files.createTempFile("ami-deploy-", ".out");
        return new PrintedFile(path, FileChannel.open(path, StandardOpenOption.READ));
    }

    File file() {
        return path.toFile();
    }

    /** The tool has it open now, or never will. */
    void unlink() throws IOException {
        Files.deleteIfExists(path);
    }

    /** Hands over the lines that are whole by now. */
    void follow(Consumer<String> taker) throws IOException {
        read(bytes -> lines.accept(bytes, taker));
    }

    /** The last line may lack its end. */
    void end(Consumer<String> taker) throws IOException {
        follow(taker);
        lines.end(taker);
    }

    /** All of it. */
    String text() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        read(all::writeBytes);
        return all.toString(StandardCharsets.UTF_8);
    }

    private void read(Consumer<byte[]> taker) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        while (channel.read(piece) > 0) {
            taker.accept(Arrays.copyOf(piece.array(), piece.position()));
            piece.clear();
        }
    }

    /** Whether the disk has no room for more: then something may be missing. */
    boolean isFull() {
        return path.toAbsolutePath().getParent().toFile().getUsableSpace() == 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
