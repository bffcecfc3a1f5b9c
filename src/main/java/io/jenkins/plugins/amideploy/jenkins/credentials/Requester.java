package io.jenkins.plugins.amideploy.jenkins.credentials;

import com.cloudbees.jenkins.plugins.awscredentials.AmazonWebServicesCredentials;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import hudson.model.ItemGroup;
import hudson.model.Run;
import hudson.security.ACL;
import java.util.List;
import java.util.Optional;

/**
 * On whose behalf AWS is called, which decides where credentials are looked for: a build, or a folder whose page is looked at. Used by
 * {@link AwsIdentity}; whoever makes one for a folder has checked that the user may read the folder.
 */
public sealed interface Requester {
    /** Credentials of that id, where the requester may use such. */
    Optional<AmazonWebServicesCredentials> credentials(String id);

    /** Has it shown among the uses of the credentials. */
    void track(AmazonWebServicesCredentials used);

    /** Full name of the job or folder. */
    String fullName();

    /** What CloudTrail shall tell: {@code jenkins-web-deploy-7}. */
    String sessionName();

    /** A build, with what it or its user may use. */
    static Requester of(Run<?, ?> run) {
        return new Build(run);
    }

    /** A folder, with what every build in it finds: that of the folder, of those around it and of the controller. */
    static Requester of(ItemGroup<?> folder) {
        return new Folder(folder);
    }

    /** Of a build. */
    record Build(Run<?, ?> run) implements Requester {
        @Override
        public Optional<AmazonWebServicesCredentials> credentials(String id) {
            return Optional.ofNullable(
                    CredentialsProvider.findCredentialById(id, AmazonWebServicesCredentials.class, run));
        }

        @Override
        public void track(AmazonWebServicesCredentials used) {
            CredentialsProvider.track(run, used);
        }

        @Override
        public String fullName() {
            return run.getParent().getFullName();
        }

        @Override
        public String sessionName() {
            return "jenkins-" + fullName() + "-" + run.getNumber();
        }
    }

    /** Of a folder. Looking at its page is no use that is worth a note: the builds that it tells of have theirs. */
    record Folder(ItemGroup<?> folder) implements Requester {
        @Override
        public Optional<AmazonWebServicesCredentials> credentials(String id) {
            return Optional.ofNullable(CredentialsProvider.findCredentialByIdInItemGroup(
                    id, AmazonWebServicesCredentials.class, folder, ACL.SYSTEM2, List.of()));
        }

        @Override
        public void track(AmazonWebServicesCredentials used) {}

        @Override
        public String fullName() {
            return folder.getFullName();
        }

        @Override
        public String sessionName() {
            return "jenkins-" + fullName() + "-deployments";
        }
    }
}
