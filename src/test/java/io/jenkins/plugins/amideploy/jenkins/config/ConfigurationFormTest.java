package io.jenkins.plugins.amideploy.jenkins.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.util.List;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.JenkinsRule;

/** The global configuration through its form. */
@ExtendWith(OneController.class)
class ConfigurationFormTest {
    @Test
    void submit_unchanged_keepsEverything(JenkinsRule r) throws Exception {
        configured();

        r.configRoundtrip();

        assertThat(AmiDeployConfiguration.get().getRegion()).isEqualTo("eu-central-1");
        assertThat(AmiDeployConfiguration.get().tagMap()).containsOnlyKeys("owner");
    }

    @Test
    void submit_lastTagDeleted_removesItForGood(JenkinsRule r) throws Exception {
        configured();
        HtmlPage page = r.createWebClient().goTo("configure");
        HtmlForm form = page.getFormByName("config");
        HtmlElement tag = form.getFirstByXPath(".//div[@name='tags' and contains(@class,'repeated-chunk')]");
        tag.<HtmlElement>getFirstByXPath(".//button[contains(@class,'repeatable-delete')]")
                .click();
        page.getWebClient().waitForBackgroundJavaScript(10_000);

        r.submit(form);

        assertThat(AmiDeployConfiguration.get().tagMap()).isEmpty();
        assertThat(AmiDeployConfiguration.get().getRegion()).isEqualTo("eu-central-1");
        assertThat(new AmiDeployConfiguration().getTags()).as("as stored").isEmpty();
    }

    private static void configured() {
        AmiDeployConfiguration.get().setRegion("eu-central-1");
        AmiDeployConfiguration.get().setTags(List.of(new Tag("owner", "web")));
    }
}
