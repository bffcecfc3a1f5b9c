package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.XmlFile;
import hudson.model.ItemGroup;
import hudson.model.Items;
import hudson.model.Run;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the jobs of a folder deploy to. A folder stands for an application; the first build of an environment writes its {@link Place} into the
 * folder's directory ({@code ami-deploy-places.xml}), so that nobody has to configure what builds know. What is lost with a controller, the
 * next build writes again.
 */
public final class Places {
    private static final String FILE = "ami-deploy-places.xml";

    private Places() {}

    /** Of a folder; empty where no build of it has deployed yet. */
    public static synchronized List<Place> of(ItemGroup<?> folder) throws IOException {
        XmlFile file = file(folder);
        if (!file.exists()) {
            return List.of();
        }
        List<Place> places = new ArrayList<>();
        for (Object each : (List<?>) file.read()) {
            places.add((Place) each);
        }
        return List.copyOf(places);
    }

    /** Keeps where a build deploys, in place of what was known of that environment. */
    public static synchronized void remember(Run<?, ?> run, Place place) throws IOException {
        ItemGroup<?> folder = run.getParent().getParent();
        List<Place> before = of(folder);
        List<Place> places = new ArrayList<>(before);
        places.removeIf(
                known -> known.app().equals(place.app()) && known.environment().equals(place.environment()));
        places.add(place);
        if (!places.equals(before)) {
            file(folder).write(new ArrayList<>(places));
        }
    }

    private static XmlFile file(ItemGroup<?> folder) {
        return new XmlFile(Items.XSTREAM2, new File(folder.getRootDir(), FILE));
    }
}
