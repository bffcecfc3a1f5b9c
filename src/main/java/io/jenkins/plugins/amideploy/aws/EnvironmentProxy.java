package io.jenkins.plugins.amideploy.aws;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.http.apache.ProxyConfiguration;

/**
 * The proxy that the environment names, by the rule of Terraform and Packer (golang.org/x/net/http/httpproxy), so that all parts of a run take the
 * same way: {@code HTTPS_PROXY} for https, {@code HTTP_PROXY} for http, {@code NO_PROXY} with names and all below them, names below a leading dot,
 * addresses, ranges (CIDR), ports, and {@code *}. This machine is never asked for through a proxy. The SDK's own reading knows neither ranges nor
 * leading dots (aws/aws-sdk-java-v2 5573).
 */
final class EnvironmentProxy {
    private static final Pattern RANGE =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

    private static final int MOST_PORT = 65535;

    private static final Pattern PORT = Pattern.compile("(?<=[^:]):\\d+$");

    /** Loopback addresses and names of this machine, as Go excepts them. */
    private static final List<String> THIS_MACHINE = List.of("localhost", "127\\.\\d+\\.\\d+\\.\\d+", "\\[?::1]?");

    private EnvironmentProxy() {}

    /**
     * For calls with a scheme.
     *
     * @param scheme {@code https} or {@code http}
     * @return empty where none is named for it
     * @throws IllegalArgumentException naming the variable when it is no URL
     */
    static Optional<ProxyConfiguration> of(String scheme, Map<String, String> environment) {
        String name = scheme.toUpperCase(Locale.ROOT) + "_PROXY";
        return said(name, environment).map(url -> configuration(name, url, environment));
    }

    /** The same for Java's own client; empty where none is named at all. */
    static Optional<ProxySelector> selector(Map<String, String> environment) {
        Map<String, ProxyConfiguration> proxies = new TreeMap<>();
        for (String scheme : List.of("https", "http")) {
            of(scheme, environment).ifPresent(proxy -> proxies.put(scheme, proxy));
        }
        return proxies.isEmpty() ? Optional.empty() : Optional.of(new Selector(proxies));
    }

    private static final class Selector extends ProxySelector {
        private final Map<String, ProxyConfiguration> proxies;

        Selector(Map<String, ProxyConfiguration> proxies) {
            this.proxies = proxies;
        }

        @Override
        public List<Proxy> select(URI uri) {
            ProxyConfiguration proxy = proxies.get(uri.getScheme());
            String host = uri.getHost().toLowerCase(Locale.ROOT);
            return proxy == null || proxy.nonProxyHosts().stream().anyMatch(host::matches)
                    ? List.of(Proxy.NO_PROXY)
                    : List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.host(), proxy.port())));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            // There is no other one.
        }
    }

    /** Upper case counts before lower case. */
    private static Optional<String> said(String name, Map<String, String> environment) {
        return List.of(name, name.toLowerCase(Locale.ROOT)).stream()
                .map(each -> environment.getOrDefault(each, "").strip())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private static ProxyConfiguration configuration(String name, String url, Map<String, String> environment) {
        URI proxy = uri(name, url);
        ProxyConfiguration.Builder builder = ProxyConfiguration.builder()
                .useSystemPropertyValues(false)
                .useEnvironmentVariableValues(false)
                .endpoint(URI.create(proxy.getScheme() + "://" + proxy.getHost() + ":"
                        + (proxy.getPort() < 0 ? port(proxy) : proxy.getPort())))
                .nonProxyHosts(excepted(said("NO_PROXY", environment).orElse("")));
        if (proxy.getUserInfo() != null) {
            String[] user = proxy.getUserInfo().split(":", 2);
            builder.username(user[0]).password(user.length > 1 ? user[1] : "");
        }
        return builder.build();
    }

    private static int port(URI proxy) {
        return proxy.getScheme().equals("https") ? 443 : 80;
    }

    /** What is no URL is not shown: it may hold a password. */
    private static URI uri(String name, String text) {
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            if (uri.getHost() != null
                    && uri.getPort() <= MOST_PORT
                    && List.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException noUrl) {
            // Said below, without the text.
        }
        throw new IllegalArgumentException(
                name + " is no URL of an HTTP proxy: give it as http://HOST:PORT, or unset it");
    }

    /** Regular expressions on whole hosts in lower case, as the SDK's client takes them (SdkProxyRoutePlanner). */
    static Set<String> excepted(String noProxy) {
        Set<String> patterns = new LinkedHashSet<>(THIS_MACHINE);
        for (String each : noProxy.split(",")) {
            String entry = PORT.matcher(each.strip().toLowerCase(Locale.ROOT)).replaceFirst("");
            if (!entry.isEmpty()) {
                patterns.addAll(patterns(entry));
            }
        }
        return patterns;
    }

    private static List<String> patterns(String entry) {
        if (entry.equals("*")) {
            return List.of(".*");
        }
        Matcher range = RANGE.matcher(entry);
        if (range.matches()) {
            return range(range);
        }
        String name = entry.startsWith("*.") ? entry.substring(1) : entry;
        return name.startsWith(".") ? List.of(".+" + Pattern.quote(name)) : List.of("(.+\\.)?" + Pattern.quote(name));
    }

    /** The octets that the prefix covers are what they are, the one that it cuts is one of several, the rest is any. */
    private static List<String> range(Matcher range) {
        int prefix = Integer.parseInt(range.group(5));
        List<String> octets = new ArrayList<>();
        for (int octet = 0; octet < 4; octet++) {
            int value = Integer.parseInt(range.group(octet + 1));
            int bits = Math.max(0, Math.min(8, prefix - 8 * octet));
            int size = 1 << (8 - bits);
            int first = value / size * size;
            octets.add(
                    bits == 0
                            ? "\\d+"
                            : IntStream.range(first, first + size)
                                    .mapToObj(String::valueOf)
                                    .collect(Collectors.joining("|", "(?:", ")")));
        }
        return List.of(String.join("\\.", octets));
    }
}
