internal import CanonicalJSON
internal import CreditArchive
internal import HTTPTypes
internal import Hummingbird

/// Attachments by digest: kept before the events that name them.
enum EvidenceRoutes {
    private static func digest(_ call: APICall) throws -> String {
        let digest = call.parameter("digest")
        guard EvidenceStore.isDigest(digest) else {
            throw APICall.malformed("digest", "sha256: and 64 hexadecimal digits")
        }
        return digest
    }

    /// 201 for a new attachment, 200 for one that is there; 422 where the bytes have another digest.
    @Sendable static func put(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let digest = try digest(call)
        let store = call.service.archive.evidence
        let upload = try await Upload(call, upTo: EvidenceStore.maximumBytes)
        defer { upload.discard() }
        let kept = try await call.blocking { try store.keep(fileAt: upload.path, digest: digest) }
        return .json(kept.isNew ? .created : .ok, [.location: "/v1/evidence/\(digest)"]) { writer in
            writer.beginObject()
            writer.member("digest", digest)
            writer.member("size", kept.size)
            writer.endObject()
        }
    }

    @Sendable static func get(_ call: APICall) async throws -> Response {
        _ = try call.query()
        try call.requireAllRegions()
        let digest = try digest(call)
        let store = call.service.archive.evidence
        let bytes = try await call.blocking {
            guard store.isKept(digest) else {
                throw ServiceError(
                    .notFound, "evidence-not-found", field: "digest", chinese: "没有附件 \(digest)",
                    english: "there is no attachment \(digest)")
            }
            return try store.bytes(digest)
        }
        return .bytes(
            bytes, "application/octet-stream",
            [
                .eTag: "\"\(digest)\"", .contentDisposition: "attachment",
                .cacheControl: "private, max-age=31536000, immutable",
            ])
    }
}
