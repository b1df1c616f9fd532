"""`milvus:index:RootPassword`: makes the password of Milvus's user root, and changes it on the server first."""
