package io.jenkins.plugins.amideploy.aws;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;

/**
 * The connections of {@link AwsClients}: one pool for https and, where an endpoint wants it, one for http, since the environment may name a proxy for
 * each. {@code AWS_CA_BUNDLE} is trusted in place of Java's own authorities, as the SDK for Go does it for Terraform and Packer (AWS SDKs and Tools
 * reference, "General configuration settings").
 */
final class Connections implements AutoCloseable {
    private static final String BUNDLE = "AWS_CA_BUNDLE";

    /** Nobody listens or no route: the retries add up, so this is short. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final Lazy<SdkHttpClient> https;
    private final Lazy<SdkHttpClient> http;

    /**
     * Nothing is connected yet.
     *
     * @param proxy for both; null: what the environment says
     * @param environment of this process
     * @param answer how long until an answer comes
     * @throws IllegalArgumentException naming the variable of the environment that cannot be heeded
     */
    Connections(ProxyConfiguration proxy, Map<String, String> environment, Duration answer) {
        TrustManager[] trusted = trusted(environment.getOrDefault(BUNDLE, ""));
        ProxyConfiguration forHttps = proxy == null ? proxy("https", environment) : proxy;
        ProxyConfiguration forHttp = proxy == null ? proxy("http", environment) : proxy;
        this.https = new Lazy<>(() -> client(forHttps, trusted, answer));
        this.http = new Lazy<>(() -> client(forHttp, trusted, answer));
    }

    /** Without one in the environment, that of the system properties; the SDK's own reading of the environment takes one for all. */
    private static ProxyConfiguration proxy(String scheme, Map<String, String> environment) {
        return EnvironmentProxy.of(scheme, environment).orElseGet(() -> ProxyConfiguration.builder()
                .useEnvironmentVariableValues(false)
                .build());
    }

    /** @param endpoint null: AWS's own, which are https */
    SdkHttpClient to(URI endpoint) {
        return endpoint != null && "http".equals(endpoint.getScheme()) ? http.get() : https.get();
    }

    private static SdkHttpClient client(ProxyConfiguration proxy, TrustManager[] trusted, Duration answer) {
        ApacheHttpClient.Builder builder = ApacheHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(answer)
                .proxyConfiguration(proxy);
        if (trusted.length > 0) {
            builder.tlsTrustManagersProvider(() -> trusted);
        }
        return builder.build();
    }

    /** None where the variable is not set: Java's own. */
    private static TrustManager[] trusted(String bundle) {
        if (bundle.isBlank()) {
            return new TrustManager[0];
        }
        try (InputStream file = Files.newInputStream(Path.of(bundle))) {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(file);
            if (all.isEmpty()) {
                throw new IllegalArgumentException(wrong(bundle, "it holds no certificate"));
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate each : all) {
                store.setCertificateEntry("authority-" + number++, each);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException noCertificates) {
            throw new IllegalArgumentException(wrong(bundle, "it is no file of certificates"), noCertificates);
        } catch (InvalidPathException | NoSuchFileException notThere) {
            throw new IllegalArgumentException(wrong(bundle, "there is no such file"), notThere);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(wrong(bundle, "it cannot be read"), unreadable);
        }
    }

    private static String wrong(String bundle, String why) {
        return BUNDLE + " is " + bundle.replaceAll("\\p{Cntrl}+", " ") + ", which cannot be used (" + why
                + "): name a PEM file with the certificates of your authorities, or unset it";
    }

    @Override
    public void close() {
        https.close();
        http.close();
    }
}
