package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.Tag;

/**
 * Roles and instance profiles of stacks. IAM filters nothing by tag; ours have a path of their own, {@code
 * /ami-deploy/<app>/<environment>/}, so that others' are not even listed. IAM is of no region, and the same names may serve a stack
 * of another one, so theirs is a tag.
 */
final class InstanceRoles {
    private final IamClient iam;
    private final String region;

    InstanceRoles(IamClient iam, String region) {
        this.iam = iam;
        this.region = region;
    }

    private static String path(String app) {
        return "/ami-deploy/" + app + "/";
    }

    List<Resource> profiles(String app) {
        return AwsFailures.call(
                "iam:ListInstanceProfiles",
                () ->
                        iam
                                .listInstanceProfilesPaginator(request -> request.pathPrefix(path(app)))
                                .instanceProfiles()
                                .stream()
                                .map(profile -> resource(
                                        Kind.INSTANCE_PROFILE,
                                        profile.instanceProfileName(),
                                        iam.listInstanceProfileTags(request ->
                                                        request.instanceProfileName(profile.instanceProfileName()))
                                                .tags()))
                                .filter(this::isOfRegion)
                                .toList());
    }

    List<Resource> roles(String app) {
        return AwsFailures.call(
                "iam:ListRoles", () -> iam.listRolesPaginator(request -> request.pathPrefix(path(app))).roles().stream()
                        .map(role -> resource(
                                Kind.ROLE,
                                role.roleName(),
                                iam.listRoleTags(request -> request.roleName(role.roleName()))
                                        .tags()))
                        .filter(this::isOfRegion)
                        .toList());
    }

    private static Resource resource(Kind kind, String name, List<Tag> tags) {
        Map<String, String> all = new HashMap<>(tags.stream().collect(Collectors.toMap(Tag::key, Tag::value)));
        return new Resource(kind, name, name, "", all, List.of());
    }

    private boolean isOfRegion(Resource resource) {
        return region.equals(resource.tags().get(Tags.REGION));
    }

    void deleteProfile(String name) {
        iam.getInstanceProfile(request -> request.instanceProfileName(name))
                .instanceProfile()
                .roles()
                .forEach(role -> iam.removeRoleFromInstanceProfile(
                        request -> request.instanceProfileName(name).roleName(role.roleName())));
        iam.deleteInstanceProfile(request -> request.instanceProfileName(name));
    }

    /** A role goes only once nothing hangs on it (IAM user guide, "Delete roles or instance profiles"). */
    void deleteRole(String name) {
        iam.listRolePoliciesPaginator(request -> request.roleName(name))
                .policyNames()
                .forEach(policy ->
                        iam.deleteRolePolicy(request -> request.roleName(name).policyName(policy)));
        iam.listAttachedRolePoliciesPaginator(request -> request.roleName(name))
                .attachedPolicies()
                .forEach(policy ->
                        iam.detachRolePolicy(request -> request.roleName(name).policyArn(policy.policyArn())));
        iam.deleteRole(request -> request.roleName(name));
    }
}
