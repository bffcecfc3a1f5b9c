package io.jenkins.plugins.amideploy.engine.rollout;

/** The part of AWS's words for which a summary has room; the whole is evidence. */
final class Sentence {
    /** Characters: with what stands before it, a summary stays a line. */
    private static final int MAX = 120;

    private Sentence() {}

    /** The first sentence, without its full stop, cut at the end of a word where it is long. */
    static String first(String text) {
        String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
        int end = line.indexOf(". ");
        String sentence = end > 0 ? line.substring(0, end) : line;
        String bare = sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
        if (bare.length() <= MAX) {
            return bare;
        }
        int cut = bare.lastIndexOf(' ', MAX);
        return bare.substring(0, cut <= 0 ? MAX : cut) + " …";
    }
}
