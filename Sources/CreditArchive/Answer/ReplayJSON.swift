public import CanonicalJSON
public import CreditModel
internal import EventLog
public import Projections

// The JSON of replayed states and of differences (contract §3). Keys come in reading order.

extension ReplayStates.State {
    /// Writes what the body or case is: the fields of ``CaseField`` or ``BodyField``, absent values as null.
    public func write(to writer: inout JSONWriter, under policy: CreditPolicy) {
        writer.beginObject()
        switch self {
        case .ofCase(let id, let state):
            writer.member("case", id.text)
            writer.member("body", state.record.body)
            for field in CaseField.ofFacts {
                writer.key(field.rawValue)
                writer.field(field.value(of: state, on: state.determinedOn, under: policy), sealed: commitmentObject)
            }
        case .ofBody(let profile):
            writer.member("body", profile.id)
            for field in BodyField.allCases {
                writer.key(field.rawValue)
                writer.field(field.value(of: profile), sealed: commitmentObject)
            }
        }
        writer.endObject()
    }

    /// A replay opens no text: it is known by the commitment that the entry's sealed field has too.
    private func commitmentObject(_ commitment: Commitment, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("cm", commitment)
        writer.endObject()
    }
}

extension Difference: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", found.body.id)
        writer.member("name", found.body.name)
        writer.key("from")
        if let from { from.write(to: &writer) } else { writer.null() }
        writer.key("to")
        to.write(to: &writer)
        writer.key("profile")
        write(found.profile, to: &writer)
        writer.key("counts")
        write(found.counts, to: &writer)
        writer.key("cases")
        writer.beginArray()
        for item in found.cases {
            writer.beginObject()
            writer.member("case", item.id.text)
            writer.member("isNew", item.isNew)
            writer.key("changes")
            write(item.changes, to: &writer)
            writer.member("positions", item.positions)
            writer.endObject()
        }
        writer.endArray()
        writer.member("entries", steps)
        writer.nullable("position", to.atPosition)
        writer.endObject()
    }

    private func write<Field: RawRepresentable<String> & Hashable & Sendable>(
        _ changes: [BodyDifference.Change<Field>], to writer: inout JSONWriter
    ) {
        writer.beginArray()
        for change in changes {
            writer.beginObject()
            writer.member("field", change.field.rawValue)
            writer.key("old")
            writer.field(change.old) { $1.string(text($0)) }
            writer.key("new")
            writer.field(change.new) { $1.string(text($0)) }
            writer.member("positions", change.positions)
            writer.endObject()
        }
        writer.endArray()
    }
}

extension Difference.Step: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("position", position)
        writer.member("recordedTime", recordedTime)
        writer.member("type", type.rawValue)
        writer.member("subject", subject)
        writer.nullable("day", day)
        writer.endObject()
    }
}

extension Moment {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.nullable("asOf", asOf)
        writer.nullable("position", atPosition)
        writer.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func field(_ value: FieldValue, sealed: (Commitment, inout JSONWriter) -> Void) {
        switch value {
        case .absent: null()
        case .text(let text): string(text)
        case .flag(let flag): boolean(flag)
        case .number(let number): integer(number)
        case .sealed(let commitment): sealed(commitment, &self)
        }
    }
}
