internal import Assessment
internal import CanonicalJSON
internal import CreditModel

// What several answers of the evaluation say in the same words: by which documents, of which cohort, with what result.

extension Scheme {
    /// The scheme with its version and digest, and the overlay that changed it.
    func writeIdentity(to writer: inout JSONWriter) {
        writer.member("scheme", id)
        writer.member("schemeVersion", version)
        writer.member("schemeDigest", digest)
        writer.member("overlay", overlay)
    }
}

extension CohortKey {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("area", area)
        writer.member("class", bodyClass)
    }
}

extension JSONWriter {
    /// Total, grade and rank, null where there is none; the uncapped total and the hint of a grade where there are.
    mutating func result(
        total: (some JSONEncodable)?, uncapped: (some JSONEncodable)?, grade: String?, gradeHint: String?, rank: Int?
    ) {
        nullable("total", total)
        member("uncapped", uncapped)
        nullable("grade", grade)
        member("gradeHint", gradeHint)
        nullable("rank", rank)
    }
}
