package io.jenkins.plugins.amideploy.jenkins.credentials;

import hudson.util.Secret;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import software.amazon.awssdk.http.apache.ProxyConfiguration;

/** The HTTP proxy that the controller is configured with, as the SDK's clients want it. */
final class ControllerProxy {
    private ControllerProxy() {}

    /** Empty: none is configured, and the SDK's own rules hold. */
    static Optional<ProxyConfiguration> configuration() {
        return Optional.ofNullable(Jenkins.get().getProxy()).map(ControllerProxy::converted);
    }

    private static ProxyConfiguration converted(hudson.ProxyConfiguration proxy) {
        Secret password = proxy.getSecretPassword();
        return ProxyConfiguration.builder()
                .endpoint(URI.create("http://" + proxy.getName() + ":" + proxy.getPort()))
                .username(proxy.getUserName())
                .password(password == null ? null : password.getPlainText())
                // Regular expressions on both sides (SdkProxyRoutePlanner).
                .nonProxyHosts(proxy.getNoProxyHostPatterns().stream()
                        .map(Pattern::pattern)
                        .collect(Collectors.toSet()))
                .build();
    }
}
