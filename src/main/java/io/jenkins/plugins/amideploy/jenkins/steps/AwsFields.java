package io.jenkins.plugins.amideploy.jenkins.steps;

import com.cloudbees.jenkins.plugins.awscredentials.AmazonWebServicesCredentials;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;

/** Drop-downs and checks of the form fields that all steps and the global configuration share. */
public final class AwsFields {
    private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]+)+-\\d");
    private static final Pattern ROLE = Pattern.compile("arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]+");

    private AwsFields() {}

    /**
     * AWS credentials that the item may use; only the current value for who may not see them.
     *
     * @param item the job, or null in the global configuration
     */
    public static ListBoxModel credentials(Item item, String current) {
        StandardListBoxModel model = new StandardListBoxModel();
        if (!mayConfigure(item)) {
            return model.includeCurrentValue(current);
        }
        return model.includeEmptyValue()
                .includeMatchingAs(
                        item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2,
                        item,
                        AmazonWebServicesCredentials.class,
                        List.of(),
                        CredentialsMatchers.always())
                .includeCurrentValue(current);
    }

    /** Whether the user may see what the item can use; without an item, whether he administers the controller. */
    static boolean mayConfigure(Item item) {
        return item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(Item.EXTENDED_READ) || item.hasPermission(CredentialsProvider.USE_ITEM);
    }

    /** Whether it looks like a region. */
    public static FormValidation region(String value) {
        return matches(value, REGION, "A region looks like eu-central-1");
    }

    /** Whether it looks like the ARN of a role. */
    public static FormValidation roleArn(String value) {
        return matches(value, ROLE, "The ARN of a role looks like arn:aws:iam::123456789012:role/deploy");
    }

    private static FormValidation matches(String value, Pattern pattern, String otherwise) {
        String text = Util.fixEmptyAndTrim(value);
        return text == null || text.contains("$") || pattern.matcher(text).matches()
                ? FormValidation.ok()
                : FormValidation.error(otherwise);
    }

    /** Whether it is an absolute URL. */
    public static FormValidation endpoint(String value) {
        String text = Util.fixEmptyAndTrim(value);
        if (text == null) {
            return FormValidation.ok();
        }
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null && uri.getScheme().matches("https?")
                    ? FormValidation.ok()
                    : FormValidation.error("An endpoint looks like http://127.0.0.1:4566");
        } catch (IllegalArgumentException notUri) {
            return FormValidation.error("Not a URL: " + notUri.getMessage());
        }
    }
}
