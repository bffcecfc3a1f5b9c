package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;
import java.util.Optional;

/**
 * Reads the output of one run of a tool, line by line. Holds what it saw so far; after a restart of the front door a
 * new one is given the whole output again.
 */
public interface OutputParser {
    /**
     * Takes the next line.
     *
     * @return what the line tells people, or empty when it is of no interest to them
     */
    Optional<Progress> accept(String line);

    /** The errors seen so far, in order. */
    List<Problem> problems();

    /** What the operation decides by, in order: messages of the tool that hold no value of a resource. */
    default List<Json> messages() {
        return List.of();
    }

    /** What is to be told although the tool says nothing; asked at each look while it runs. */
    default Optional<Progress> remark() {
        return Optional.empty();
    }

    /** Why the tool is to be ended, since what it waits for does not come; asked at each look while it runs. */
    default Optional<Diagnosis> hopeless() {
        return Optional.empty();
    }

    /** For output that is neither shown nor searched. */
    static OutputParser ignoring() {
        return new OutputParser() {
            @Override
            public Optional<Progress> accept(String line) {
                return Optional.empty();
            }

            @Override
            public List<Problem> problems() {
                return List.of();
            }
        };
    }
}
