package io.jenkins.plugins.amideploy.engine.release;

import static io.jenkins.plugins.amideploy.engine.release.Records.DEMO;
import static io.jenkins.plugins.amideploy.engine.release.Records.begin;
import static io.jenkins.plugins.amideploy.engine.release.Records.image;
import static io.jenkins.plugins.amideploy.engine.release.Records.minute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseStoreTest {
    private static final String INDEX = "web/demo/releases/index.json";

    private final MemoryStore bucket = new MemoryStore();
    private final ReleaseStore releases = over(bucket);

    private static ReleaseStore over(MemoryStore bucket) {
        TinyJson json = new TinyJson();
        return new ReleaseStore(bucket, DEMO, json, json);
    }

    private static End healthy(String image) {
        return new End(Result.HEALTHY, minute(9), image(image), Optional.empty());
    }

    private Release deployed(String image) {
        return releases.end(releases.begin(begin(0)).begin(), healthy(image));
    }

    @Test
    void begin_thenEnd_areTwoObjectsAndAnIndex() {
        Release begun = releases.begin(begin(0));
        assertThat(begun.number()).isEqualTo(1);
        assertThat(begun.end()).isEmpty();
        assertThat(bucket.objects).containsOnlyKeys("web/demo/releases/000001/begin.json", INDEX);
        Release ended = releases.end(begun.begin(), healthy("ami-1"));
        assertThat(ended.isProven()).isTrue();
        assertThat(bucket.objects)
                .containsOnlyKeys("web/demo/releases/000001/begin.json", "web/demo/releases/000001/end.json", INDEX);
        assertThat(releases.read(1)).contains(ended);
        assertThat(releases.read(2)).isEmpty();
        assertThat(releases.history()).containsExactly(ended);
    }

    @Test
    void begin_twoAtOnce_takeDifferentNumbers() {
        Release[] other = new Release[1];
        bucket.beforeWrite = () -> other[0] = over(bucket).begin(begin(7));
        Release mine = releases.begin(begin(8));
        assertThat(other[0].number()).isEqualTo(1);
        assertThat(mine.number()).isEqualTo(2);
        assertThat(releases.history()).extracting(Release::number).containsExactly(2, 1);
        assertThat(releases.read(2).orElseThrow().begin()).isEqualTo(begin(8).numbered(2));
    }

    /** The SDK sends a request again whose answer was lost; the second time the object is there. */
    @Test
    void begin_itsOwnWriteIsFoundThere_isThatRelease() {
        bucket.write("web/demo/releases/000001/begin.json", Records.JSON.write(begin(1).tree()) + "\n");
        bucket.objects.put("other", bucket.objects.remove("web/demo/releases/000001/begin.json"));
        bucket.beforeWrite =
                () -> bucket.objects.put("web/demo/releases/000001/begin.json", bucket.objects.get("other"));
        assertThat(releases.begin(begin(1)).number()).isEqualTo(1);
    }

    @Test
    void end_writtenTwice_keepsTheFirst() {
        Release begun = releases.begin(begin(0));
        releases.end(begun.begin(), healthy("ami-1"));
        End late = new End(Result.ABORTED, minute(10), Facts.none(), Optional.of(Failure.of("stopped")));
        assertThat(releases.end(begun.begin(), late).end()).contains(healthy("ami-1"));
        assertThat(releases.read(1).orElseThrow().end()).contains(healthy("ami-1"));
        assertThat(releases.history().get(0).end()).contains(healthy("ami-1"));
    }

    @Test
    void history_beginWithoutEnd_staysOpenUntilItIsEnded() {
        Release begun = releases.begin(begin(0));
        deployed("ami-2");
        assertThat(releases.history())
                .extracting(Release::end)
                .containsExactly(Optional.of(healthy("ami-2")), Optional.empty());
        bucket.write(
                "web/demo/releases/000001/end.json",
                Records.JSON.write(healthy("ami-1").tree()));
        assertThat(releases.history().get(1)).isEqualTo(new Release(begun.begin(), Optional.of(healthy("ami-1"))));
    }

    @Test
    void history_indexLost_isReadFromTheRecords() {
        deployed("ami-1");
        deployed("ami-2");
        bucket.delete(INDEX);
        assertThat(releases.history()).extracting(Release::imageId).containsExactly("ami-2", "ami-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not JSON",
                "[]",
                "null",
                "{\"format\": 1, \"releases\": [{}]}",
                "{\"format\": 1, \"releases\": [null]}",
                "{\"format\": 2, \"releases\": [{\"format\": 2, \"number\": 1}]}"
            })
    void history_indexIsMalformed_isReadFromTheRecordsAndMendedByTheNext(String index) {
        deployed("ami-1");
        deployed("ami-2");
        bucket.write(INDEX, index);
        assertThat(releases.history()).extracting(Release::imageId).containsExactly("ami-2", "ami-1");
        deployed("ami-3");
        bucket.objects.keySet().removeIf(key -> key.endsWith("end.json"));
        assertThat(releases.history())
                .extracting(Release::imageId)
                .as("all of them are in the index")
                .containsExactly("ami-3", "ami-2", "ami-1");
    }

    @Test
    void history_indexIsStale_hasWhatItLacks_inTheMiddleToo() {
        deployed("ami-1");
        var early = bucket.objects.get(INDEX);
        deployed("ami-2");
        var between = bucket.objects.get(INDEX);
        deployed("ami-3");
        bucket.objects.put(INDEX, early);
        assertThat(releases.history()).extracting(Release::imageId).containsExactly("ami-3", "ami-2", "ami-1");
        bucket.write(
                INDEX,
                between.text().replaceFirst("\\{\"format\": 1, \"number\": 1,", "{\"format\": 1, \"number\": 9,"));
        assertThat(releases.history()).extracting(Release::imageId).containsExactly("ami-3", "ami-2", "ami-1");
    }

    @Test
    void history_recordRemovedByHand_isGone() {
        deployed("ami-1");
        deployed("ami-2");
        bucket.objects.keySet().removeIf(key -> key.contains("/000001/"));
        assertThat(releases.history()).extracting(Release::number).containsExactly(2);
        assertThat(releases.begin(begin(0)).number()).isEqualTo(3);
    }

    @Test
    void rebuild_makesTheIndexAnew() {
        deployed("ami-1");
        deployed("ami-2");
        String index = bucket.objects.get(INDEX).text();
        bucket.write(INDEX, "{}");
        assertThat(releases.rebuild()).extracting(Release::imageId).containsExactly("ami-2", "ami-1");
        assertThat(bucket.objects.get(INDEX).text()).isEqualTo(index);
    }

    @Test
    void index_othersChangeItMeanwhile_losesNothing() {
        deployed("ami-1");
        Release second = releases.begin(begin(0));
        Release third = over(bucket).begin(begin(0));
        bucket.beforeWrite = () -> {
            bucket.beforeWrite = () -> over(bucket).end(third.begin(), healthy("ami-3"));
        };
        releases.end(second.begin(), healthy("ami-2"));
        bucket.objects.keySet().removeIf(key -> key.endsWith("end.json"));
        assertThat(releases.history()).extracting(Release::imageId).containsExactly("ami-3", "ami-2", "ami-1");
    }

    /** It is a copy: the record counts. */
    @Test
    void index_cannotBeWritten_failsNobody() {
        Release begun = releases.begin(begin(0));
        AwsFailure denied = failure(AwsFailure.Kind.ACCESS_DENIED);
        bucket.beforeWrite = () -> {
            bucket.beforeWrite = () -> {
                throw denied;
            };
        };
        assertThat(releases.end(begun.begin(), healthy("ami-1")).isProven()).isTrue();
        assertThat(releases.history()).extracting(Release::imageId).containsExactly("ami-1");
    }

    @Test
    void index_keepsTheNewest() {
        for (int number = 1; number <= ReleaseStore.INDEXED + 1; number++) {
            bucket.write(
                    "web/demo/releases/%06d/begin.json".formatted(number),
                    Records.JSON.write(begin(number).tree()));
        }
        assertThat(releases.rebuild())
                .hasSize(ReleaseStore.INDEXED)
                .first()
                .extracting(Release::number)
                .isEqualTo(301);
        assertThat(releases.begin(begin(0)).number()).isEqualTo(302);
        assertThat(releases.read(1)).as("older ones are there, too").isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "not JSON", "{\"format\": 1}"})
    void history_malformedRecord_namesItAndACure(String text) {
        deployed("ami-1");
        bucket.delete(INDEX);
        bucket.write("web/demo/releases/000001/begin.json", text);
        assertThatIllegalArgumentException()
                .isThrownBy(releases::history)
                .withMessageStartingWith(
                        "web/demo/releases/000001/begin.json in the state bucket is no record of a release (")
                .withMessageEndingWith("): restore the object's earlier version, or delete it");
        assertThat(releases.begin(begin(0)).number()).as("a new one can begin").isEqualTo(2);
    }

    @Test
    void history_recordOfALaterVersion_isRefusedByName() {
        deployed("ami-1");
        bucket.delete(INDEX);
        bucket.write("web/demo/releases/000001/end.json", "{\"format\": 2}");
        assertThatIllegalArgumentException()
                .isThrownBy(releases::history)
                .withMessage(
                        "web/demo/releases/000001/end.json in the state bucket: format 2 is newer than this version"
                                + " reads (1): use the version that wrote it, or a newer one");
    }

    @Test
    void history_recordOfAnotherRelease_isRefused() {
        bucket.write("web/demo/releases/000002/begin.json", Records.JSON.write(begin(1).tree()));
        assertThatIllegalArgumentException()
                .isThrownBy(releases::history)
                .withMessageContaining("(it is that of release 1 of web-demo)");
    }

    @Test
    void anyCall_storeIsDown_passesTheFailureOn() {
        bucket.down = failure(AwsFailure.Kind.NO_ANSWER);
        assertThatThrownBy(releases::history).isSameAs(bucket.down);
        assertThatThrownBy(() -> releases.begin(begin(0))).isSameAs(bucket.down);
        assertThatThrownBy(() -> releases.end(begin(1), healthy("ami-1"))).isSameAs(bucket.down);
        assertThatThrownBy(() -> releases.read(1)).isSameAs(bucket.down);
        assertThatThrownBy(releases::rebuild).isSameAs(bucket.down);
    }

    @Test
    void begin_withoutABucket_saysNotFound() {
        bucket.exists = false;
        assertThat(releases.history()).isEmpty();
        assertThatThrownBy(() -> releases.begin(begin(0)))
                .isInstanceOfSatisfying(
                        AwsFailure.class, failure -> assertThat(failure.kind()).isEqualTo(AwsFailure.Kind.NOT_FOUND));
    }

    @Test
    void environments_areThoseWithARecordOrAState() {
        deployed("ami-1");
        bucket.write("web/prod/terraform.tfstate", "{}");
        bucket.write("web/claims/f00d/prod.x.json", "{}");
        bucket.write("web/Odd Name/x", "{}");
        bucket.write("webshop/test/terraform.tfstate", "{}");
        assertThat(ReleaseStore.environments(bucket, "web")).isEqualTo(List.of("demo", "prod"));
    }

    private static AwsFailure failure(AwsFailure.Kind kind) {
        return new AwsFailure(kind, "s3:GetObject", "", "no luck", null);
    }
}
