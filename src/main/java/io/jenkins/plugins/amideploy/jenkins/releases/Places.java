package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.XmlFile;
import hudson.model.ItemGroup;
import hudson.model.Items;
import hudson.model.Run;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Where the jobs of a folder deploy to. A folder stands for an application; the first build of an environment writes its {@link Place} into the
 * folder's directory ({@code ami-deploy-places.xml}), so that nobody has to configure what builds know. What is lost with a controller, the
 * next build writes again.
 */
public final class Places {
    static final String FILE = "ami-deploy-places.xml";

    private static final Logger LOGGER = Logger.getLogger(Places.class.getName());

    private Places() {}

    /** Whether a build of the folder has deployed; cheap enough to be asked for every page of it. */
    public static boolean areIn(ItemGroup<?> folder) {
        return file(folder).exists();
    }

    /**
     * Of a folder; empty where no build of it has deployed yet.
     *
     * @throws IOException in one line, when what is stored cannot be read
     */
    public static synchronized List<Place> of(ItemGroup<?> folder) throws IOException {
        XmlFile file = file(folder);
        if (!file.exists()) {
            return List.of();
        }
        try {
            List<Place> places = new ArrayList<>();
            for (Object each : (List<?>) file.read()) {
                places.add((Place) each);
            }
            return List.copyOf(places);
        } catch (IOException | ClassCastException unreadable) {
            throw new IOException(
                    FILE + " in the directory of " + folder.getFullName()
                            + " cannot be read: delete it, the next deployment writes it again",
                    unreadable);
        }
    }

    /** Keeps where a build deploys, in place of what was known of that environment. */
    public static synchronized void remember(Run<?, ?> run, Place place) throws IOException {
        ItemGroup<?> folder = run.getParent().getParent();
        List<Place> before = readable(folder);
        List<Place> places = new ArrayList<>(before);
        places.removeIf(known -> known.isOf(place));
        places.add(place);
        if (!before.contains(place)) {
            file(folder).write(new ArrayList<>(places));
        }
    }

    /** What cannot be read is replaced: builds know better. */
    private static List<Place> readable(ItemGroup<?> folder) {
        try {
            return of(folder);
        } catch (IOException unreadable) {
            LOGGER.log(Level.WARNING, "Written anew", unreadable);
            return List.of();
        }
    }

    private static XmlFile file(ItemGroup<?> folder) {
        return new XmlFile(Items.XSTREAM2, new File(folder.getRootDir(), FILE));
    }
}
