package import CreditModel

/// A read model: one table of rows, folded from the facts of bodies or of cases.
///
/// Pure: the rows of a subject follow from its facts and the policy alone, never from other rows, a clock or the order
/// of folding. So the incremental fold, the rebuild and a fresh fold agree at every position. Adding one is a file with
/// a type, and its line in ``ProjectionCatalogue/standard``.
package protocol Projection: Sendable {
    /// Kebab-case, stable: what `rebuild --projection` takes.
    var name: String { get }
    /// Raised with every change of the table or of the fold: the changed projection is built anew beside the old one.
    var version: Int { get }
    var table: ReadTable { get }

    /// The rows of a body, for a table of bodies. An error stops this projection, and no other.
    func fold(_ body: BodyHistory, under policy: CreditPolicy, into rows: inout ReadRows) throws

    /// The rows of a case, for a table of cases. An error stops this projection, and no other.
    func fold(_ item: CaseSubject, under policy: CreditPolicy, into rows: inout ReadRows) throws
}

extension Projection {
    package func fold(_ body: BodyHistory, under policy: CreditPolicy, into rows: inout ReadRows) throws {}
    package func fold(_ item: CaseSubject, under policy: CreditPolicy, into rows: inout ReadRows) throws {}
}

/// The table of a projection.
package struct ReadTable: Sendable {
    /// What a row belongs to; its rows are replaced together.
    package enum Subject: Sendable {
        /// The first column is the body's id.
        case bodies
        /// The first column is the body's id, the second the case's.
        case cases
    }

    package let name: String
    package let subject: Subject
    /// In the order of the table.
    package let columns: [String]
    /// How many of the first columns are the primary key.
    package let keyCount: Int
    /// `CREATE TABLE`, static text.
    package let definition: String

    package init(_ name: String, of subject: Subject, columns: [String], keyCount: Int, definition: String) {
        precondition(keyCount >= (subject == .bodies ? 1 : 2) && keyCount <= columns.count)
        self.name = name
        self.subject = subject
        self.columns = columns
        self.keyCount = keyCount
        self.definition = definition
    }

    var quotedName: String { "\"\(name)\"" }
    var quotedColumns: [String] { columns.map { "\"\($0)\"" } }
    private var quotedKey: String { quotedColumns.prefix(keyCount).joined(separator: ", ") }

    /// Every row, in order of the key.
    var selectAll: String { "SELECT \(quotedColumns.joined(separator: ", ")) FROM \(quotedName) ORDER BY \(quotedKey)" }

    var insert: String {
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        return "INSERT INTO \(quotedName) (\(quotedColumns.joined(separator: ", "))) VALUES (\(places))"
    }

    /// Removes what belongs to a body, its cases' rows included.
    var deleteBody: String { "DELETE FROM \(quotedName) WHERE \(quotedColumns[0]) = ?" }

    /// Removes what belongs to a subject: a body, or a case of a body.
    var deleteSubject: String {
        subject == .bodies ? deleteBody : "\(deleteBody) AND \(quotedColumns[1]) = ?"
    }
}

/// A case as projections see it: its facts so far and the timeline they form.
package struct CaseSubject: Sendable {
    package let id: CaseID
    package let body: BodyID
    /// In order of recording.
    package let facts: [CaseFact]
    private let result: Result<CaseTimeline, Refusal>

    init(id: CaseID, body: BodyID, facts: [CaseFact], under policy: CreditPolicy) {
        self.id = id
        self.body = body
        self.facts = facts
        result = Result { () throws(Refusal) in try CaseTimeline(facts, under: policy) }
    }

    /// Throws a ``Refusal`` where the facts are no legal timeline: the log was written by other rules.
    package var timeline: CaseTimeline { get throws(Refusal) { try result.get() } }
}
