internal import Crypto
internal import Foundation

/// The projections of a program, in the order in which they are folded and digested.
package struct ProjectionCatalogue: Sendable {
    package let projections: [any Projection]

    /// The projections of this program. One that is new here, or has a new version, is built by itself when the archive
    /// is next opened for writing.
    package static let standard = ProjectionCatalogue([BodiesProjection(), StandingProjection()])

    package init(_ projections: [any Projection]) {
        precondition(Set(projections.map(\.name)).count == projections.count, "names are unique")
        self.projections = projections
    }

    var names: [String] { projections.map(\.name) }

    /// The tables of all, with their rows in the register of projections.
    var schema: String {
        projections.map { projection in
            """
            \(projection.table.definition)
            INSERT INTO projection (name, version, definition)
            VALUES ('\(projection.name)', \(projection.version), '\(ProjectionCatalogue.digest(projection))');

            """
        }.joined()
    }

    /// SHA-256 over name, version and table: what tells a changed projection from the one that filled the table.
    static func digest(_ projection: any Projection) -> String {
        let text = "\(projection.name)\n\(projection.version)\n\(projection.table.definition)"
        return "sha256:" + SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }
}
