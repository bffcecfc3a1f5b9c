package io.jenkins.plugins.amideploy.jenkins.credentials;

import hudson.FilePath;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.credentialsbinding.masking.SecretPatterns;

/**
 * Gives the keys of an {@link AwsIdentity} to the tools on the agent: as a file that only the agent's user can read, which the
 * tools' SDKs ask for through {@code credential_process} and read again when the keys in it are about to expire. So no key
 * stands on a command line or in the environment, and a tool may run longer than a session lasts.
 *
 * <p>Made anew after a restart; nothing of it is persisted.
 */
public final class ToolCredentials {
    /** Format of the document (AWS SDKs and tools reference guide, "Process credential provider"). */
    private static final int DOCUMENT_VERSION = 1;

    private static final String PROFILE = "ami-deploy";
    private static final String KEYS = "credentials.json";
    private static final String CONFIG = "aws-config";

    private final AwsIdentity identity;
    private final java.util.TreeSet<String> secrets = new java.util.TreeSet<>();
    private IssuedCredentials written;

    public ToolCredentials(AwsIdentity identity) {
        this.identity = identity;
        this.secrets.addAll(identity.secretsAround());
    }

    /**
     * Sees to it that the file holds keys that are good for a while. Cheap when nothing is to be done.
     *
     * @param directory on the agent, readable by its user alone
     */
    public void refresh(FilePath directory) throws IOException, InterruptedException {
        if (!identity.isNamed()) {
            return;
        }
        IssuedCredentials current = identity.current();
        if (current == written) {
            return;
        }
        secrets.addAll(current.secrets());
        PrivateFile.write(directory.child(KEYS), document(current));
        PrivateFile.write(
                directory.child(CONFIG),
                "[profile " + PROFILE + "]\ncredential_process = cat \""
                        + directory.child(KEYS).getRemote() + "\"\n");
        written = current;
    }

    /** Has further values masked, as far as they are long enough to be. */
    public void mask(Collection<String> values) {
        values.stream().flatMap(SecretForms::of).forEach(secrets::add);
    }

    /**
     * After a restart: the tool may have printed, or may print, keys that it was given before; they are to be masked also when
     * AWS issues no new ones.
     *
     * @param directory the same as for {@link #refresh}
     */
    public void recall(FilePath directory) throws IOException, InterruptedException {
        FilePath file = directory.child(KEYS);
        if (identity.isNamed() && file.exists()) {
            JSONObject before = JSONObject.fromObject(file.readToString());
            secrets.add(before.getString("SecretAccessKey"));
            if (before.has("SessionToken")) {
                secrets.add(before.getString("SessionToken"));
            }
        }
    }

    private static String document(IssuedCredentials issued) {
        JSONObject document = new JSONObject();
        document.put("Version", DOCUMENT_VERSION);
        document.put("AccessKeyId", issued.keys().accessKeyId());
        document.put("SecretAccessKey", issued.keys().secretAccessKey());
        issued.sessionToken().ifPresent(token -> document.put("SessionToken", token));
        issued.expiresAt().ifPresent(end -> document.put("Expiration", end.toString()));
        return document.toString();
    }

    /** Variables that point the tools at the files; no secret among them. */
    public Map<String, String> variables(FilePath directory) {
        Map<String, String> variables = new LinkedHashMap<>();
        if (identity.isNamed()) {
            variables.put("AWS_CONFIG_FILE", directory.child(CONFIG).getRemote());
            variables.put("AWS_SHARED_CREDENTIALS_FILE", directory.child("none").getRemote());
            variables.put("AWS_PROFILE", PROFILE);
            variables.put("AWS_SDK_LOAD_CONFIG", "1");
        }
        return variables;
    }

    /** Variables that must not reach the tools, since SDKs prefer them to the files. */
    public Set<String> hidden() {
        return identity.isNamed()
                ? Set.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
                : Set.of();
    }

    /** Matches every secret handed out or named so far in all the ways in which shells and logs write it. */
    public Pattern secretPattern() {
        return SecretPatterns.getAggregateSecretPattern(List.copyOf(secrets));
    }
}
