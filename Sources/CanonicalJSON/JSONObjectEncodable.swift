/// A value that is one JSON object: it says its members alone, so that another object may have them among its own.
public protocol JSONObjectEncodable: JSONEncodable {
    /// Writes the members, in an object that is open.
    func writeMembers(to writer: inout JSONWriter)
}

extension JSONObjectEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }
}
