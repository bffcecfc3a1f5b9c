package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.Optional;

/**
 * A range of IPv4 addresses, for {@link PathCheck} to compare a rule with subnets and addresses.
 *
 * @param base first address
 * @param bits length of the prefix
 */
record Cidr(long base, int bits) {
    private static final int LENGTH = 32;

    /** {@code 10.0.0.0/16}, or an address alone; empty for what is neither. */
    static Optional<Cidr> of(String text) {
        String[] parts = text.strip().split("/", 2);
        String[] bytes = parts[0].split("\\.", -1);
        if (bytes.length != 4) {
            return Optional.empty();
        }
        try {
            long address = 0;
            for (String part : bytes) {
                int value = Integer.parseInt(part);
                if (value < 0 || value > 255) {
                    return Optional.empty();
                }
                address = address * 256 + value;
            }
            int bits = parts.length == 2 ? Integer.parseInt(parts[1]) : LENGTH;
            return bits < 0 || bits > LENGTH
                    ? Optional.empty()
                    : Optional.of(new Cidr(address >> (LENGTH - bits) << (LENGTH - bits), bits));
        } catch (NumberFormatException notAnAddress) {
            return Optional.empty();
        }
    }

    /** Whether all of the other range is in this one. */
    boolean contains(Cidr other) {
        int shift = LENGTH - bits;
        return bits <= other.bits && base >> shift == other.base >> shift;
    }
}
