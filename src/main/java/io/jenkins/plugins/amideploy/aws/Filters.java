package io.jenkins.plugins.amideploy.aws;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import software.amazon.awssdk.services.ec2.model.Filter;

/** Filters of EC2 for any number of values. */
final class Filters {
    /** Limit for the values of one filter (EC2 user guide, "List and filter your resources"). */
    private static final int VALUES_PER_FILTER = 200;

    private Filters() {}

    /** One filter for each call that is needed to ask for all values; none for no value. */
    static List<Filter> of(String name, Collection<String> values) {
        List<String> all = List.copyOf(values);
        List<Filter> filters = new ArrayList<>();
        for (int from = 0; from < all.size(); from += VALUES_PER_FILTER) {
            filters.add(Filter.builder()
                    .name(name)
                    .values(all.subList(from, Math.min(all.size(), from + VALUES_PER_FILTER)))
                    .build());
        }
        return filters;
    }
}
